import { fc } from '../../fakes/fast-check.ts'
import { describe, expect, it } from 'vitest'
import type { Analysis } from '../../../lib/build/analysis.ts'
import { analyze } from '../../../lib/build/analyze/analyze.ts'
import { stagesOf } from '../dockerfile/instructions.ts'
import { detected } from '../detected.ts'
import { folderOf } from '../folder-of.ts'

/** What would be a line of its own, or more than a word, if it got out of its place. */
const nasty = [
  'a\nUSER 0',
  'a\r\nRUN reboot',
  'a\u2028RUN reboot',
  '$(reboot)',
  '`reboot`',
  'a; reboot #',
  '"] && reboot',
  "'; reboot; '",
  'a\\',
  '<<EOF',
  '--mount=type=bind,source=/,target=/host',
  '--network=host',
  '../../etc/passwd',
  '${PATH}',
  '\u001b[31mred',
  '\u202Egnp.exe',
  '\0',
]

function namesIn(analysis: Analysis): readonly string[] {
  return analysis.is === 'detected'
    ? stagesOf(analysis.dockerfile)
        .flat()
        .map(({ name }) => name)
    : []
}

const known = ['FROM', 'ENV', 'WORKDIR', 'COPY', 'RUN', 'USER', 'EXPOSE', 'HEALTHCHECK', 'STOPSIGNAL', 'CMD']

type Place = (text: string) => Readonly<Record<string, string>>

const places: Readonly<Record<string, Place>> = {
  'the start script': text => node({ scripts: { start: text } }),
  'a script that the start script runs': text => node({ scripts: { start: 'npm run a', a: text } }),
  'the name of a script': text => node({ scripts: { start: `npm run ${text}`, [text]: 'node server.js' } }),
  'the path of the built server': text => node({ scripts: { build: 'tsc', start: `node ${text}/main.js` } }),
  main: text => node({ main: text }),
  engines: text => node({ engines: { node: text } }),
  packageManager: text => node({ packageManager: `pnpm@${text}`, dependencies: { hono: '4' } }),
  'the name of a package': text =>
    node({ dependencies: { [text]: '1' }, scripts: { start: 'node server.js' } }),
  '.nvmrc': text => ({ ...node({}), '.nvmrc': text }),
  'a lockfile of pnpm': text => ({
    ...node({ dependencies: { hono: '4' } }),
    'pnpm-lock.yaml': `lockfileVersion: '${text}'`,
  }),
  'the folder of Vite': text => ({
    'package.json': '{"scripts":{"build":"vite build"},"devDependencies":{"vite":"7"}}',
    'vite.config.js': `outDir: ${JSON.stringify(text)}`,
  }),
  'a project of Angular': text => ({
    'package.json': '{"scripts":{"build":"ng build"},"devDependencies":{"@angular/cli":"20"}}',
    'angular.json': `{"projects":{${JSON.stringify(text)}:{}}}`,
  }),
  'a Procfile': text => ({ ...node({}), Procfile: `web: ${text}` }),
  'a Procfile of Python': text => ({ ...python({}), Procfile: `web: gunicorn ${text}` }),
  'the name of a module': text => python({ [`${text}.py`]: 'app = FastAPI()\n' }),
  'a requirement': text => ({
    ...python({}),
    'requirements.txt': `fastapi\n${text}\n-r ${text}\n`,
    [text]: '',
  }),
  'requires-python': text => ({
    'main.py': '',
    'pyproject.toml': `[project]\nname = "x"\nrequires-python = ${JSON.stringify(text)}`,
  }),
  '.python-version': text => ({ ...python({}), '.python-version': text }),
  'the settings of Django': text => ({
    'requirements.txt': 'django\nwhitenoise',
    'manage.py': '',
    'a/wsgi.py': '',
    'a/settings.py': `STATIC_ROOT = ""\nWSGI_APPLICATION = "${text}.application"\nos.environ["${text}"]\n`,
  }),
  'a main package': text => ({ 'go.mod': 'module x\n', [`cmd/${text}/main.go`]: 'package main\n' }),
  'go.mod': text => ({ 'go.mod': `module ${text}\n\ngo ${text}\n`, 'main.go': 'package main\n' }),
  '.ruby-version': text => ({ Gemfile: '', 'config.ru': '', '.ruby-version': text }),
  'a Procfile of Ruby': text => ({ Gemfile: '', Procfile: `web: bundle exec ${text}` }),
  'a main class': text => ({
    'pom.xml': `<mainClass>${text}</mainClass><java.version>${text}</java.version>`,
    'src/A.java': 'public static void main(String[] a)',
  }),
  'a route for health': text => ({
    'package.json': '{}',
    'server.js': `app.get('/health${text}', x)\napp.listen(3000)`,
  }),
  'a name in .tool-versions': text => ({ ...node({}), '.tool-versions': `nodejs ${text}` }),
}

function node(content: object): Readonly<Record<string, string>> {
  return { 'package.json': JSON.stringify(content), 'server.js': 'app.listen(3000)' }
}

function python(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { 'requirements.txt': 'fastapi\nuvicorn\n', 'zz.py': 'app = FastAPI()\n', ...files }
}

describe.each(Object.entries(places))('whatever stands in %s', (_, place) => {
  it.each(nasty)('as %j stays in its place', async text => {
    const analysis = await analyze(folderOf(place(text)))
    const built = analysis.is === 'detected' ? stagesOf(analysis.dockerfile).flat() : []
    const others = built.filter(({ name }) => name !== 'CMD').map(({ value }) => value)

    expect(built.filter(({ name }) => !known.includes(name))).toEqual([])
    expect(built.filter(({ name }) => name === 'USER').length).toBe(analysis.is === 'detected' ? 1 : 0)
    expect(others.filter(value => /reboot|\/host|--network|etc\/passwd|\[31m|USER 0/.test(value))).toEqual([])
    expect(built.filter(({ name }) => name === 'CMD').map(({ value }) => JSON.parse(value))).toEqual(
      analysis.is === 'detected' ? [analysis.command] : [],
    )
  })

  it('as anything at all makes a Dockerfile or none, and reasons on one line each', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async text => {
        const analysis = await analyze(folderOf(place(text)))
        const told =
          analysis.is === 'detected'
            ? [...analysis.reasons, ...analysis.warnings]
            : analysis.is === 'unknown'
              ? [analysis.why, ...analysis.seen]
              : []

        expect(told.filter(sentence => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(sentence))).toEqual([])
        expect(namesIn(analysis).filter(name => !known.includes(name))).toEqual([])
      }),
      { numRuns: 10 },
    )
  })
})

describe('analyze', () => {
  it.each([
    '{',
    '[]',
    'null',
    '"text"',
    '{"scripts":[]}',
    '{"scripts":{"start":5},"dependencies":"x","engines":[],"packageManager":7}',
    `{"a":`.repeat(5000),
  ])('takes %j for package.json', async text => {
    expect((await analyze(folderOf({ 'package.json': text }))).is).toBe('unknown')
  })

  it('knows no script out of a prototype', async () => {
    expect(
      (
        await analyze(
          folderOf({ 'package.json': '{"scripts":{"start":"npm run constructor"}}', 'server.js': '' }),
        )
      ).is,
    ).toBe('detected')
    expect(
      (await detected({ 'package.json': '{"scripts":{"__proto__":"x","start":"npm run toString"}}' }))
        .command,
    ).toEqual(['npm', 'run', 'toString'])
  })

  it.each([
    ['package.json', `{"scripts":{"start":"node ${'a'.repeat(200_000)}"}}`],
    ['package.json', `{"dependencies":{"a":"${'{"dependencies": '.repeat(10_000).replaceAll('"', '')}"}}`],
    ['package.json', `{"engines":{"node":"${'>= '.repeat(50_000)}"}}`],
    ['server.js', 'listen('.repeat(30_000)],
    ['server.js', 'serve({'.repeat(30_000)],
    ['server.js', 'process.env.PORT '.repeat(15_000)],
    ['main.go', `package main\n${'gin.Default('.repeat(20_000)}`],
    ['main.go', `package main\n${'"PORT"'.repeat(40_000)}`],
    ['go.mod', `module ${'a'.repeat(250_000)}`],
    ['app.py', `${'a = '.repeat(60_000)}Flask(`],
    ['requirements.txt', 'a'.repeat(250_000)],
    ['requirements.txt', '-r '.repeat(80_000)],
    ['pom.xml', '<mainClass>'.repeat(20_000)],
    ['src/main/resources/application.yml', `server:\n${'  a: b\n'.repeat(30_000)}`],
    ['angular.json', '"projects": {'.repeat(20_000)],
    ['.dockerignore', '*/'.repeat(100_000)],
    ['Procfile', `web: ${'a '.repeat(100_000)}`],
  ])('does not lose its time over a %s made for that', async (file, text) => {
    const rest = {
      'package.json': '{"devDependencies":{"@angular/cli":"1","vite":"1"}}',
      'go.mod': 'module x\n',
      'requirements.txt': 'flask\n',
      'pom.xml': 'spring-boot-maven-plugin',
    }
    const before = process.cpuUsage()
    for (const [name, content] of Object.entries(rest))
      await analyze(folderOf({ [name]: content, 'main.go': 'package main\n', [file]: text }))

    // Of this process alone: others may take their time from it.
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000).toBeLessThan(2000)
  })
})
