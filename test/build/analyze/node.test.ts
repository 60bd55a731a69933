import { describe, expect, it } from 'vitest'
import { stagesOf } from '../dockerfile/instructions.ts'
import { detected, unknownBecause } from '../detected.ts'

const server = "import http from 'node:http'\nhttp.createServer(() => {}).listen(process.env.PORT || 3000)\n"

function app(
  content: object,
  files: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return { 'package.json': JSON.stringify(content), 'server.js': server, ...files }
}

function started(start: string, rest: object = {}): Readonly<Record<string, string>> {
  return app({ scripts: { start }, ...rest })
}

describe('the start command of a Node app', () => {
  it.each([
    ['node server.js', ['node', 'server.js']],
    ['  node  --enable-source-maps   server.js ', ['node', '--enable-source-maps', 'server.js']],
    ['NODE_ENV=production node server.js', ['node', 'server.js']],
    ['cross-env NODE_ENV=production LOG=debug node server.js', ['env', 'LOG=debug', 'node', 'server.js']],
    ['npx fastify start app.js', ['node_modules/.bin/fastify', 'start', 'app.js']],
    ['nodemon server.js', ['node', 'server.js']],
    ['./run.sh --fast', ['./run.sh', '--fast']],
    ['node server.js | cat', ['sh', '-c', 'node server.js | cat']],
    ['node migrate.js && node server.js', ['sh', '-c', 'node migrate.js && exec node server.js']],
    ['node "my server.js"', ['sh', '-c', 'exec node "my server.js"']],
    ['PORT=4000 node server.js', ['node', 'server.js']],
  ])('%j is started as %j', async (start, command) => {
    expect((await detected(started(start))).command).toEqual(command)
  })

  it.each(['npm run serve', 'yarn serve', 'pnpm run serve', 'npm run-script serve', 'node --run serve'])(
    'follows %s to what that is',
    async start => {
      const { command } = await detected(app({ scripts: { start, serve: 'node server.js' } }))

      expect(command).toEqual(['node', 'server.js'])
    },
  )

  it('goes round no circle of scripts', async () => {
    const { command } = await detected(app({ scripts: { start: 'npm run a', a: 'npm run start' } }))

    expect(command).toEqual(['npm', 'run', 'a'])
  })

  it.each([
    [{ scripts: { start: 'nest start', 'start:prod': 'node dist/main' } }, ['node', 'dist/main']],
    [{ main: './server.js' }, ['node', 'server.js']],
    [{}, ['node', 'server.js']],
  ])('is, by %j, %j', async (content, command) => {
    expect((await detected(app(content))).command).toEqual(command)
  })

  it('is what a Procfile says of web, whatever package.json says', async () => {
    const { command, port } = await detected({
      ...started('node other.js'),
      Procfile: 'release: node migrate.js\nweb: node server.js\n',
    })

    expect({ command, port }).toEqual({ command: ['node', 'server.js'], port: 3000 })
  })

  it('keeps packages for development where one of them starts it, and says so', async () => {
    const { dockerfile, warnings } = await detected(
      app({ scripts: { start: 'tsx server.ts' }, devDependencies: { tsx: '4.0.0' } }),
    )

    expect(dockerfile).not.toContain('--omit=dev')
    expect(warnings).toContain(
      '"tsx" starts it and is in devDependencies: so the image keeps all of them; move it to dependencies',
    )
  })

  it('says that prestart does not run', async () => {
    const { warnings } = await detected(
      app({ scripts: { prestart: 'npm run build', start: 'node server.js' } }),
    )

    expect(warnings.join()).toContain(
      '"prestart" in package.json ("npm run build") does not run before the start',
    )
  })
})

describe('the version of Node', () => {
  it.each([
    [{}, '24'],
    [{ engines: { node: '>=18' } }, '24'],
    [{ engines: { node: '^20 || ^22.1' } }, '22'],
    [{ engines: { node: '22.11.0' } }, '22'],
    [{ engines: { node: '>=18 <21' } }, '20'],
    [{ engines: { node: '18 - 20' } }, '20'],
    [{ engines: { node: '<23.0.0' } }, '22'],
    [{ engines: { node: '>24' } }, '26'],
    [{ engines: { node: '~20.10' } }, '20'],
    [{ engines: { node: '20.x' } }, '20'],
    [{ engines: { node: 'whatever' } }, '24'],
  ])('of %j is %s', async (content, version) => {
    expect((await detected(app(content))).version).toBe(version)
  })

  it.each([
    ['.nvmrc', 'v22.11.0\n', '22'],
    ['.nvmrc', 'lts/jod', '22'],
    ['.nvmrc', 'lts/*', '24'],
    ['.node-version', '20', '20'],
    ['.tool-versions', 'ruby 3.4.1\nnodejs 22.1.0\n', '22'],
    ['.nvmrc', '$(reboot)', '24'],
  ])('by %s with %j is %s', async (file, text, version) => {
    expect((await detected(app({}, { [file]: text }))).version).toBe(version)
  })

  it('says where two files disagree', async () => {
    const { version, warnings } = await detected(app({ engines: { node: '>=24' } }, { '.nvmrc': '22' }))

    expect(version).toBe('22')
    expect(warnings).toContain('.nvmrc says Node 22, "engines" in package.json ">=24": one of them is wrong')
  })

  it('says that one gets no fixes any more', async () => {
    const { warnings } = await detected(app({ engines: { node: '18' } }))

    expect(warnings).toContain('Node 18 gets no security fixes any more: Node 24 does until April 2028')
  })
})

describe('who installs the packages of a Node app', () => {
  const dependencies = { hono: '4.0.0' }

  it.each([
    ['package-lock.json', '{}', 'npm ci --omit=dev'],
    ['npm-shrinkwrap.json', '{}', 'npm ci --omit=dev'],
    ['pnpm-lock.yaml', "lockfileVersion: '9.0'", 'pnpm install --frozen-lockfile --prod'],
    ['yarn.lock', '# yarn lockfile v1', 'yarn install --frozen-lockfile --production'],
    ['yarn.lock', '__metadata:\n  version: 8\n', 'yarn workspaces focus --all --production'],
    ['bun.lock', '{}', 'bun install --frozen-lockfile --production'],
  ])('is told by %s (%j): %s', async (lock, text, command) => {
    const { dockerfile } = await detected(app({ dependencies }, { [lock]: text }))

    expect(dockerfile).toContain(command)
    expect(dockerfile).toContain(`COPY package.json ${lock} ./`)
  })

  it.each([
    ["lockfileVersion: '9.0'", 'pnpm@10'],
    ["lockfileVersion: '6.0'", 'pnpm@8'],
    ['lockfileVersion: 5.4', 'pnpm@7'],
  ])('is, by a lockfile with %j, %s', async (lock, version) => {
    const { dockerfile } = await detected(app({ dependencies }, { 'pnpm-lock.yaml': lock }))

    expect(dockerfile).toContain(`npm install --global ${version}\n`)
  })

  it('is the one that package.json names, with its version, whatever lockfiles lie about', async () => {
    const found = await detected(
      app(
        { dependencies, packageManager: 'pnpm@9.1.4+sha512.abc' },
        { 'package-lock.json': '{}', 'pnpm-lock.yaml': '' },
      ),
    )

    expect(found.packageManager).toBe('pnpm')
    expect(found.dockerfile).toContain('npm install --global pnpm@9.1.4\n')
    expect(found.warnings).toContain('package-lock.json is there too, and not used')
  })

  it('reads its settings before it installs', async () => {
    const { dockerfile } = await detected(
      app(
        { dependencies },
        { 'yarn.lock': '__metadata:', '.yarnrc.yml': '', '.yarn/patches/a.patch': '', '.npmrc': '' },
      ),
    )

    expect(dockerfile).toContain('COPY package.json yarn.lock .npmrc .yarnrc.yml ./\nCOPY .yarn ./.yarn\n')
  })

  it('says that builds differ without a lockfile, and that a token would be in the image', async () => {
    const { warnings } = await detected(
      app({ dependencies }, { '.npmrc': '//npm.example.com/:_authToken=${NPM_TOKEN}\n' }),
    )

    expect(warnings.join('\n')).toContain('there is no lockfile')
    expect(warnings.join('\n')).toContain('.npmrc has a token or takes one from a variable')
  })

  it('has all sources first where scripts run around the install', async () => {
    const { dockerfile } = await detected(app({ dependencies, scripts: { postinstall: 'patch-package' } }))
    const [build = []] = stagesOf(dockerfile)

    expect(build.filter(({ name }) => name === 'COPY').map(({ value }) => value)).toEqual(['. .'])
  })

  it('does not run "prepare", which only Husky and its like are for, where nothing is built', async () => {
    const { dockerfile } = await detected(app({ dependencies, scripts: { prepare: 'husky' } }))

    expect(dockerfile).toContain('npm pkg delete scripts.prepare && npm install --omit=dev')
  })

  it('fails for one that is not known', async () => {
    expect(await unknownBecause(app({}, { 'deno.lock': '{}' }))).toBe(
      'deno.lock belongs to deno, which tapit has no Dockerfile for',
    )
  })
})

describe('what a Node app is built into', () => {
  it('takes only what the build makes, where the start command tells that', async () => {
    const { dockerfile } = await detected(
      app({ scripts: { build: 'tsc', start: 'node dist/main.js' }, dependencies: { hono: '4.0.0' } }),
    )
    const [, last = []] = stagesOf(dockerfile)

    expect(last.filter(({ name }) => name === 'COPY').map(({ value }) => value)).toEqual([
      '--from=build /app/node_modules ./node_modules',
      '. .',
      '--from=build --chown=1000:1000 /app/dist ./dist',
    ])
    expect(dockerfile).toContain('npm prune --omit=dev')
  })

  it('takes all of it where that cannot be known', async () => {
    const { dockerfile } = await detected(app({ scripts: { build: 'make', start: './server' } }))
    const [, last = []] = stagesOf(dockerfile)

    expect(last.filter(({ name }) => name === 'COPY').map(({ value }) => value)).toEqual([
      '--from=build /app ./',
    ])
  })

  it('says that what starts is not there and nothing makes it', async () => {
    const { warnings } = await detected(started('node dist/main.js'))

    expect(warnings).toContain(
      '"dist/main.js" is not there, and package.json has no "build" script that could make it',
    )
  })

  it.each([
    ['vite', { 'vite.config.ts': "export default { build: { outDir: 'web' } }" }, '/app/web '],
    ['vite', {}, '/app/dist '],
    ['react-scripts', {}, '/app/build '],
    ['@11ty/eleventy', {}, '/app/_site '],
    ['gatsby', {}, '/app/public '],
    ['vite', { 'vite.config.ts': "outDir: '../../etc'" }, '/app/dist '],
  ])('serves the files of %s with %j out of %s', async (name, files, folder) => {
    const { runtime, dockerfile } = await detected({
      'package.json': JSON.stringify({ scripts: { build: 'x' }, devDependencies: { [name]: '1' } }),
      ...files,
    })

    expect(runtime).toBe('static')
    expect(dockerfile).toContain(`COPY --from=build ${folder}/usr/share/nginx/html`)
  })

  it('is a server where package.json starts one, though Vite builds its pages', async () => {
    const { runtime, command } = await detected(
      app({ scripts: { build: 'vite build', start: 'node server.js' }, dependencies: { vite: '7' } }),
    )

    expect({ runtime, command }).toEqual({ runtime: 'node', command: ['node', 'server.js'] })
  })

  it('fails for SvelteKit without an adapter that makes a server', async () => {
    const content = {
      scripts: { build: 'vite build' },
      devDependencies: { '@sveltejs/kit': '2', '@sveltejs/adapter-auto': '6', vite: '7' },
    }

    expect(await unknownBecause({ 'package.json': JSON.stringify(content) })).toContain(
      'use @sveltejs/adapter-node',
    )
  })

  it('fails where only a server for development is started', async () => {
    expect(
      await unknownBecause({ 'package.json': JSON.stringify({ scripts: { start: 'webpack serve' } }) }),
    ).toBe(
      '"start" in package.json is "webpack serve", which is for development, and nothing says what the build makes',
    )
  })
})

describe('where a Node app listens', () => {
  it.each([
    ['app.listen(process.env.PORT ?? 5000)', 5000, true],
    ["const port = parseInt(process.env.PORT || '5001', 10)\napp.listen(port)", 5001, true],
    ["app.listen(process.env['PORT'])", 8080, true],
    ['app.listen(4567)', 4567, false],
    ['app.listen({ host: "0.0.0.0", port: 4568 })', 4568, false],
    ['const PORT = 4569\napp.listen(PORT)', 4569, false],
  ])('is told by %j: %i', async (source, port, takesPort) => {
    const found = await detected({ 'package.json': '{}', 'index.js': source })

    expect(found.port).toBe(port)
    expect(found.dockerfile.includes(`PORT=${port}`)).toBe(takesPort)
  })

  it('is the port of the process in tapit.yml, where PORT says so', async () => {
    const { port, dockerfile } = await detected(started('node server.js'), { port: 9000 })

    expect(port).toBe(9000)
    expect(dockerfile).toContain('EXPOSE 9000\n')
  })

  it('stays where the app puts it, and says that tapit.yml must say so', async () => {
    const { port, warnings } = await detected(
      { 'package.json': '{}', 'index.js': 'app.listen(4567)' },
      { port: 9000 },
    )

    expect(port).toBe(4567)
    expect(warnings).toContain(
      'it listens on 4567 whatever PORT says, and tapit.yml says 9000: write port: 4567 there',
    )
  })

  it.each(['next start -p 4100', 'next start --port 4100', 'next start --port=4100'])(
    'is told by %s',
    async start => {
      const { port, dockerfile } = await detected({
        'package.json': JSON.stringify({
          scripts: { build: 'next build', start },
          dependencies: { next: '16' },
        }),
      })

      expect(port).toBe(4100)
      expect(dockerfile).toContain('PORT=4100')
    },
  )

  it('is nowhere where nothing listens', async () => {
    const { port, dockerfile, reasons } = await detected({
      'package.json': '{}',
      'index.js': 'setInterval(work, 1000)',
    })

    expect(port).toBeUndefined()
    expect(dockerfile).not.toMatch(/EXPOSE|HEALTHCHECK|PORT/)
    expect(reasons).toContain('no port: nothing in it listens')
  })

  it('is asked for its health where the sources have a path for that', async () => {
    const { dockerfile } = await detected({
      'package.json': '{}',
      'index.js': "app.get('/healthz', ok)\napp.listen(3000)",
    })

    expect(dockerfile).toContain("path: '/healthz'")
  })
})
