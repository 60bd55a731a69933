import { describe, expect, it } from 'vitest'
import { analyze } from '../../../lib/build/analyze/analyze.ts'
import { detected, unknownBecause } from '../detected.ts'
import { folderOf } from '../folder-of.ts'

const main = 'package main\n\nfunc main() { http.ListenAndServe(":8090", nil) }\n'

describe('analyze', () => {
  it('leaves a Dockerfile that is there alone', async () => {
    expect(await analyze(folderOf({ Dockerfile: '', 'go.mod': '' }))).toEqual({
      is: 'own_dockerfile',
      path: 'Dockerfile',
    })
    expect(await analyze(folderOf({ 'docker/x': '' }), { dockerfile: 'docker/x' })).toEqual({
      is: 'own_dockerfile',
      path: 'docker/x',
    })
  })

  it('leaves a .dockerignore that is there alone, and says what it lacks', async () => {
    const files = { 'package.json': '{"dependencies":{"hono":"4"}}', 'index.js': '' }

    expect((await detected({ ...files, '.dockerignore': '.git\n' })).dockerignore).toBeUndefined()
    expect((await detected({ ...files, '.dockerignore': '.git\n' })).warnings.join()).toContain(
      '.dockerignore does not name node_modules',
    )
    expect(
      (await detected({ ...files, '.dockerignore': '**/node_modules\n' })).warnings.join(),
    ).not.toContain('.dockerignore')
  })

  it('says of an empty folder that it is empty', async () => {
    expect(await analyze(folderOf({}))).toEqual({ is: 'unknown', seen: [], why: 'the folder is empty' })
  })

  it('names a dozen of the files of a folder that it does not know', async () => {
    const files = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`file-${index}.txt`, '']))
    const analysis = await analyze(folderOf(files))

    expect(analysis.is === 'unknown' && analysis.seen).toHaveLength(13)
    expect(analysis.is === 'unknown' && analysis.seen.at(-1)).toBe('8 more')
  })
})

describe('a Go app', () => {
  it.each([
    [{ 'main.go': main }, '.'],
    [{ 'cmd/shop/main.go': main, 'cmd/worker/main.go': main }, './cmd/shop'],
    [{ 'cmd/worker/main.go': main, 'cmd/server/main.go': main }, './cmd/server'],
    [{ 'cmd/only/main.go': main, 'pkg/a.go': 'package a\n' }, './cmd/only'],
  ])('in %j is built from %s', async (files, target) => {
    const { dockerfile } = await detected({ 'go.mod': 'module example.com/shop/v2\n\ngo 1.25.1\n', ...files })

    expect(dockerfile).toContain(`-o /out/app ${target}\n`)
    expect(dockerfile).toContain('FROM golang:1.25 AS build')
  })

  it('is built with C, and runs on Debian, where a package is C inside', async () => {
    const { dockerfile } = await detected({
      'go.mod': 'module x\n\ngo 1.25\n\nrequire github.com/mattn/go-sqlite3 v1.14.24\n',
      'main.go': main,
    })

    expect(dockerfile).toContain('CGO_ENABLED=1')
    expect(dockerfile).toContain('FROM debian:13-slim')
  })

  it('downloads nothing that stands in vendor', async () => {
    const { dockerfile } = await detected({
      'go.mod': 'module x\n',
      'main.go': main,
      'vendor/modules.txt': '',
    })

    expect(dockerfile).not.toContain('go mod download')
  })

  it.each([
    ['http.ListenAndServe(":8090", nil)', 8090, false],
    ['srv := &http.Server{Addr: ":8091"}', 8091, false],
    ['r := gin.Default()\nr.Run()', 8080, true],
    ['e.Start(":1323")', 1323, false],
    ['port := os.Getenv("PORT")\nif port == "" {\n port = "8092"\n}', 8092, true],
  ])('with %j listens on %i', async (source, port, takesPort) => {
    const found = await detected({
      'go.mod': 'module x\n',
      'main.go': `package main\n\nfunc main() {\n${source}\n}\n`,
    })

    expect(found.port).toBe(port)
    expect(found.dockerfile.includes('ENV PORT=')).toBe(takesPort)
  })

  it('fails without a main package, and for a workspace of modules', async () => {
    expect(await unknownBecause({ 'go.mod': 'module x\n', 'a.go': 'package a\n' })).toContain(
      'no "package main"',
    )
    expect(await unknownBecause({ 'go.mod': 'module x\n', 'go.work': '', 'main.go': main })).toContain(
      'go.work joins several modules',
    )
  })
})

describe('a Ruby app', () => {
  it('builds its pages with Node where it has a package.json', async () => {
    const { dockerfile, warnings } = await detected({
      Gemfile: "gem 'rails'\ngem 'puma'\ngem 'propshaft'\n",
      'config/application.rb': '',
      'config/puma.rb': '',
      'package.json': '{"scripts":{"build":"esbuild"}}',
      'yarn.lock': '# yarn lockfile v1',
    })

    expect(dockerfile).toContain('COPY --from=node:24 /usr/local/bin/ /usr/local/bin/')
    expect(dockerfile).toContain('yarn install --frozen-lockfile')
    expect(warnings.join()).not.toContain('package.json is there too')
  })

  it.each([
    [{ '.ruby-version': '3.3.6' }, '3.3'],
    [{ Gemfile: "ruby '~> 3.2.0'\n" }, '3.2'],
    [{ 'Gemfile.lock': 'RUBY VERSION\n  ruby 3.1.2p20\n' }, '3.1'],
    [{ '.ruby-version': 'jruby-9.4' }, '3.4'],
  ])('with %j runs on Ruby %s', async (files, version) => {
    expect((await detected({ Gemfile: '', 'config.ru': '', ...files })).version).toBe(version)
  })

  it('fails without anything that starts', async () => {
    expect(await unknownBecause({ Gemfile: '' })).toContain('neither a Rails app, a config.ru nor a Procfile')
  })
})

describe('a Java app', () => {
  const source = {
    'src/main/java/a/B.java': 'package a;\nclass B { public static void main(String[] arguments) {} }\n',
  }

  it.each([
    ['<properties><java.version>17</java.version></properties>', '17'],
    ['<properties><maven.compiler.source>1.8</maven.compiler.source></properties>', '8'],
    ['<properties><maven.compiler.release>22</maven.compiler.release></properties>', '25'],
    ['', '21'],
  ])('with %j runs on Java %s', async (text, version) => {
    expect((await detected({ 'pom.xml': `<project>${text}</project>`, ...source })).version).toBe(version)
  })

  it('is built by its own wrapper, which brings its version along', async () => {
    const { dockerfile } = await detected({
      'build.gradle.kts': '',
      gradlew: '',
      'gradle/wrapper/gradle-wrapper.properties': '',
      ...source,
    })

    expect(dockerfile).toContain('FROM eclipse-temurin:21-jdk AS build')
    expect(dockerfile).toContain('COPY gradle ./gradle')
    expect(dockerfile).toContain('sh gradlew --no-daemon installDist')
  })

  it('of Spring Boot without a web starter serves nothing', async () => {
    const { port } = await detected({ 'pom.xml': '<artifactId>spring-boot-maven-plugin</artifactId>' })

    expect(port).toBeUndefined()
  })

  it('fails where several modules are joined, and without a main method', async () => {
    expect(await unknownBecause({ 'pom.xml': '<modules><module>a</module></modules>' })).toContain(
      'joins several modules',
    )
    expect(await unknownBecause({ 'build.gradle': '', 'settings.gradle': "include 'a'" })).toContain(
      'joins several modules',
    )
    expect(await unknownBecause({ 'pom.xml': '' })).toContain('no class with a main method')
  })
})

describe('an app that is none of these', () => {
  it.each([
    [
      { 'composer.json': '', 'public/index.html': '' },
      'composer.json is of PHP, for which tapit has no Dockerfile',
    ],
    [
      { 'Shop.csproj': '', 'wwwroot/index.html': '' },
      'Shop.csproj is of .NET, for which tapit has no Dockerfile',
    ],
    [{ '_config.yml': '', 'index.html': '' }, '_config.yml is of Jekyll, for which tapit has no Dockerfile'],
    [{ 'mix.exs': '' }, 'mix.exs is of Elixir, for which tapit has no Dockerfile'],
  ])('in %j is told by its name, and not taken for a static site', async (files, why) => {
    expect(await unknownBecause(files)).toBe(why)
  })
})

describe('a static site', () => {
  it('may have a package.json for its tools', async () => {
    const { runtime } = await detected({
      'index.html': '',
      'package.json': '{"devDependencies":{"prettier":"3"}}',
    })

    expect(runtime).toBe('static')
  })

  it('is none where the index.html is that of an app which something is missing of', async () => {
    expect(
      await unknownBecause({ 'index.html': '', 'package.json': '{"devDependencies":{"vite":"7"}}' }),
    ).toContain('has no "build" script')
  })

  it.each([
    [{ 'index.html': '' }, 'COPY . /usr/share/nginx/html'],
    [{ 'public/index.html': '', 'README.md': '' }, 'COPY public /usr/share/nginx/html'],
  ])('in %j is copied by %s', async (files, line) => {
    expect((await detected(files)).dockerfile).toContain(line)
  })
})
