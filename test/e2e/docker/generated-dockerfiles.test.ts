import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { detectedFixture, fixturePath, knownApps } from '../../build/fixture-apps.ts'
import { stagesOf } from '../../build/dockerfile/instructions.ts'
import { type Ended, startProcess } from '../support/cli.ts'
import { dockerEngine } from '../support/docker-engine.ts'
import { nodeBase, pythonBase, webServerBase } from './stand-ins.ts'

const engine = await dockerEngine()
const tag = `tapit-fixtures-${process.pid}`

describe.skipIf(engine === undefined)('a generated Dockerfile', () => {
  let folder: string
  const containers: string[] = []
  const images: string[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'generated-dockerfiles-'))
    const bases = { node: nodeBase, python: pythonBase, web: webServerBase }
    await Promise.all(
      Object.entries(bases).map(async ([name, fill]) => {
        const context = join(folder, `base-${name}`)
        await mkdir(context)
        await fill(context)
        await built(await build(['--tag', baseOf(name), context]), baseOf(name))
      }),
    )
  })

  afterAll(async () => {
    if (containers.length > 0) await docker('rm', '--force', '--volumes', ...containers)
    if (images.length > 0) await docker('image', 'rm', '--force', ...images)
    await rm(folder, { recursive: true, force: true })
    await engine?.close()
  })

  it.concurrent.each(knownApps)('of %s is one that BuildKit understands', async app => {
    const context = await contextOf(app)
    const call = await howToLook()

    const { code, stderr } = await build([...call, ...(await standIns(app, 'web')), context])

    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('fails to be understood when it is broken', async () => {
    const context = await contextOf('node-npm')
    await writeFile(join(context, 'Dockerfile'), `${(await detectedFixture('node-npm')).dockerfile}USER\n`)

    const { code, stderr } = await build([
      ...(await howToLook()),
      ...(await standIns('node-npm', 'web')),
      context,
    ])

    expect(code).toBe(1)
    expect(stderr).toContain('USER requires exactly one argument')
  })

  it.each([
    ['node-npm', 'node', 'node\0server.js\0'],
    ['node-npm-build', 'node', 'node\0--enable-source-maps\0dist/server.js\0'],
    ['python-script', 'python', 'python\0main.py\0'],
  ] as const)('of %s makes an image that serves, is healthy and is not root', async (app, base, command) => {
    const container = await run(app, base)

    await healthy(container)

    expect(await get(container, (await detectedFixture(app)).port ?? 0)).toBe('hello\n')
    expect(await docker('exec', container, 'cat', '/proc/1/cmdline')).toBe(command)
    expect(await docker('exec', container, 'cat', '/proc/1/status')).toMatch(/^Uid:\s+(?:1000|10001)\s/m)
  })

  it('of a Node app gives it SIGTERM', async () => {
    const container = await run('node-npm', 'node')
    await healthy(container)

    await docker('stop', '--time', '30', container)

    expect((await docker('inspect', '--format={{.State.ExitCode}}', container)).trim()).toBe('0')
  })

  it('of a worker makes an image without a health check', async () => {
    const container = await run('node-worker', 'node')

    await vi.waitUntil(async () => (await docker('logs', container)).includes('working'), {
      timeout: 60_000,
      interval: 100,
    })

    const { Healthcheck, ExposedPorts } = await configOf('node-worker')
    expect({ Healthcheck, ExposedPorts }).toEqual({})
  })

  it('of a static site serves its files and nothing else, and has the settings of nginx with their variables', async () => {
    const container = await run('static-site', 'web')
    await healthy(container)

    expect(await get(container, 8080, '/about.html')).toContain('about')
    expect(
      (
        await docker('exec', container, 'sh', '-c', 'echo /usr/share/nginx/html/* /usr/share/nginx/html/.*')
      ).trim(),
    ).toBe(
      ['404.html', 'about.html', 'index.html', '.', '..']
        .map(file => `/usr/share/nginx/html/${file}`)
        .join(' '),
    )
    expect(await docker('exec', container, 'cat', '/etc/nginx/templates/default.conf.template')).toContain(
      'listen ${PORT};',
    )
    expect(await docker('exec', container, 'cat', '/etc/nginx/templates/default.conf.template')).toContain(
      'try_files $uri ',
    )
  })

  it('keeps its packages in the cache when only sources change', async () => {
    const context = await contextOf('node-npm-build')
    const bases = await standIns('node-npm-build', 'node')
    const first = await build(['--progress=plain', '--tag', imageOf('cached'), ...bases, context])
    await writeFile(join(context, 'src/more.js'), `export default '${tag}'\n`)

    const second = await build(['--progress=plain', '--tag', imageOf('cached'), ...bases, context])

    expect(first.code).toBe(0)
    expect(cachedSteps(second.stderr)).toContain('RUN --mount=type=cache,target=/root/.npm npm ci')
    expect(cachedSteps(second.stderr)).not.toContain('RUN npm run build')
  })

  function docker(...argv: readonly string[]): Promise<string> {
    if (engine === undefined) throw new Error('there is no engine')
    return engine.docker(...argv)
  }

  function build(argv: readonly string[]): Promise<Ended> {
    return startProcess('docker', ['buildx', 'build', ...argv], {
      env: { ...engine?.env, BUILDX_EXPERIMENTAL: '1' },
    }).ended
  }

  /** Newer versions of buildx check more than whether it can be understood. */
  async function howToLook(): Promise<readonly string[]> {
    return (await docker('buildx', 'build', '--help')).includes('--call')
      ? ['--call=check']
      : ['--print=outline']
  }

  async function contextOf(app: string): Promise<string> {
    const { dockerfile, dockerignore = '' } = await detectedFixture(app)
    const context = await mkdtemp(join(folder, `${app}-`))
    await cp(fixturePath(app), context, { recursive: true })
    await writeFile(join(context, 'Dockerfile'), dockerfile)
    await writeFile(join(context, '.dockerignore'), dockerignore)
    return context
  }

  /** There is no registry to pull base images from. */
  async function standIns(app: string, base: string): Promise<readonly string[]> {
    const { dockerfile } = await detectedFixture(app)
    const named = stagesOf(dockerfile).flatMap(stage =>
      stage.flatMap(({ name, value }) => [
        ...(name === 'FROM' ? [value.replace(/ AS \w+$/, '')] : []),
        ...(name === 'COPY' ? [/^--from=(?<image>\S+:\S+)/.exec(value)?.groups?.['image'] ?? ''] : []),
      ]),
    )
    return [...new Set(named)]
      .filter(image => image !== '')
      .flatMap(image => ['--build-context', `${image}=docker-image://${baseOf(base)}`])
  }

  async function run(app: string, base: string): Promise<string> {
    const image = imageOf(app)
    const context = await contextOf(app)
    await built(await build(['--tag', image, ...(await standIns(app, base)), context]), image)
    const container = await docker('run', '--detach', '--health-interval=500ms', image)
    containers.push(container.trim())
    return container.trim()
  }

  async function built({ code, stderr }: Ended, image: string): Promise<void> {
    if (code !== 0) throw new Error(stderr)
    images.push(image)
  }

  async function configOf(
    app: string,
  ): Promise<{ readonly Healthcheck?: unknown; readonly ExposedPorts?: unknown }> {
    return JSON.parse(await docker('image', 'inspect', '--format={{json .Config}}', imageOf(app)))
  }

  function healthy(container: string): Promise<boolean> {
    return vi.waitUntil(
      async () =>
        (await docker('inspect', '--format={{.State.Health.Status}}', container)).trim() === 'healthy',
      { timeout: 60_000, interval: 200 },
    )
  }

  function get(container: string, port: number, path = '/'): Promise<string> {
    return docker('exec', container, 'wget', '-q', '-O', '-', `http://127.0.0.1:${port}${path}`)
  }
})

function baseOf(name: string): string {
  return `${tag}-base:${name}`
}

function imageOf(app: string): string {
  return `${tag}:${app}`
}

/** Steps that BuildKit says it had: `#9 [build 3/6] RUN npm ci`, `#9 CACHED`. */
function cachedSteps(progress: string): readonly string[] {
  const cached = new Set(
    [...progress.matchAll(/^#(?<step>\d+) CACHED$/gm)].map(({ groups }) => groups?.['step']),
  )
  return [...progress.matchAll(/^#(?<step>\d+) \[[^\]]+\] (?<what>.+)$/gm)].flatMap(({ groups }) =>
    cached.has(groups?.['step']) ? [groups?.['what'] ?? ''] : [],
  )
}
