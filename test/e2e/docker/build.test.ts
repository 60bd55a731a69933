import { readdirSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { BuildEnd } from '../../../lib/build/ports.ts'
import { dockerEngine } from '../support/docker-engine.ts'
import { forgetImages } from '../support/image-shop.ts'
import { faultyRegistry, type Manifest } from '../support/registry.ts'
import { nonce, openWorkbench, shell, type Workbench } from './workbench.ts'

const engine = await dockerEngine()

describe.skipIf(engine === undefined)('an image that the real engine builds', () => {
  let bench: Workbench
  beforeAll(async () => {
    if (engine !== undefined) bench = await openWorkbench(engine)
  })
  afterAll(async () => {
    await bench?.close()
    await engine?.close()
  })

  it('is pushed under the digest that the registry names, with labels and provenance, and leaves no file behind', async () => {
    const context = await bench.context({ Dockerfile: `${shell}COPY nonce /\nRUN echo built here\n` })

    const { end, lines, steps } = await bench.build({
      context,
      labels: { 'org.opencontainers.image.revision': 'abc123', 'com.example.initiator': 'Ada, "the first"' },
    })

    const pushed = await bench.registry.manifest('shop', 'v1')
    expect(end).toMatchObject({ is: 'built', digest: pushed?.digest, steps: 4 })
    expect(lines).toContain('built here')
    expect(steps).toEqual(expect.arrayContaining(['[4/4] RUN echo built here', 'pushing layers']))
    expect((await configOf(pushed)).config.Labels).toEqual({
      'org.opencontainers.image.revision': 'abc123',
      'com.example.initiator': 'Ada, "the first"',
    })
    expect(JSON.parse((await attestationOf(pushed)).toString())).toMatchObject({
      predicateType: 'https://slsa.dev/provenance/v0.2',
    })
    expect(await readdir(String(bench.env['TMPDIR']))).toEqual([])
  })

  it('runs as a container that answers its health check', async () => {
    const context = await bench.context({
      Dockerfile: `${shell}COPY nonce /www/healthz
HEALTHCHECK --interval=100ms --start-period=5s CMD ["/bin/busybox", "wget", "-q", "-O", "-", "http://127.0.0.1:8080/healthz"]
CMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]\n`,
    })
    const { end } = await bench.build({ context, reference: `${bench.registry.host}/shop:web` })
    const image = `${bench.registry.host}/shop@${digestOf(end)}`

    const container = (await docker('run', '--detach', '--rm', '--init=false', image)).trim()
    const health = await vi.waitUntil(
      async () => {
        const found = await docker('inspect', '--format={{.State.Health.Status}}', container)
        return found.trim() === 'healthy' && found.trim()
      },
      { timeout: 60_000, interval: 100 },
    )
    await docker('rm', '--force', container)

    expect(health).toBe('healthy')
  })

  it('gets a secret in its step, which stands in no argument, history, configuration, attestation, line or layer', async () => {
    const secret = `s3cret-of-${nonce}`
    const colour = `blue-${nonce}`
    const context = await bench.context({
      'token.txt': `${secret}-file\n`,
      '.dockerignore': 'token.txt\n',
      Dockerfile: `${shell}COPY nonce /
RUN --mount=type=secret,id=npm --mount=type=secret,id=file,target=/f \\
  busybox wc -c /run/secrets/npm /f; echo "the token is $(busybox cat /f)"\n`,
    })
    let running = ''
    // While the engine pushes, its client cannot have ended.
    const registry = await faultyRegistry({
      upstream: bench.registry.host,
      fault: ({ method }) => {
        if (method === 'PUT') running ||= commandLines()
        return undefined
      },
    })
    await bench.docker().login({ ...bench.registry, registry: registry.host })

    const { end, lines } = await bench.build({
      context,
      reference: `${registry.host}/shop:v1`,
      env: { NPM_TOKEN: secret },
      args: { COLOUR: colour, NPM_TOKEN: 'an argument of the same name' },
      secrets: [
        { id: 'npm', variable: 'NPM_TOKEN' },
        { id: 'file', file: join(context, 'token.txt') },
      ],
    })

    const pushed = await bench.registry.manifest('shop', 'v1')
    const history = await docker('history', '--no-trunc', `${registry.host}/shop@${digestOf(end)}`)
    if (engine !== undefined) await forgetImages(engine, registry.host)
    await registry.close()

    const attestation = (await attestationOf(pushed)).toString()

    const everything = [
      running,
      pushed?.text,
      JSON.stringify(await configOf(pushed)),
      attestation,
      history,
      lines,
    ]
    expect(lines.map(line => line.trim())).toEqual([
      `${secret.length} /run/secrets/npm`,
      `${secret.length + 6} /f`,
      `${2 * secret.length + 6} total`,
      'the token is ***',
    ])
    expect(running).toContain('--secret=id=npm')
    expect(everything.join('\n')).not.toContain(secret)
    expect(attestation).not.toContain(colour)
  })

  it('gets its arguments, its target and its further contexts', async () => {
    const more = await bench.context({ 'note.txt': `a note ${nonce}` })
    const context = await bench.context({
      Dockerfile: `${shell}FROM scratch AS other
COPY nope /
FROM shell AS wanted
ARG COLOUR
ARG EMPTY=default
COPY --from=notes note.txt /
RUN echo "$COLOUR|$EMPTY|$HTTP_PROXY|$(busybox cat /note.txt)"
FROM wanted AS last
RUN exit 1\n`,
    })

    const { end, lines } = await bench.build({
      context,
      target: 'wanted',
      args: { COLOUR: 'dark = "blue", $HOME', EMPTY: '', HTTP_PROXY: 'http://proxy.invalid:1' },
      contexts: { notes: more },
    })

    expect(end).toMatchObject({ is: 'built' })
    expect(lines).toEqual([`dark = "blue", $HOME||http://proxy.invalid:1|a note ${nonce}`])
  })

  it('comes out of the registry’s cache where the engine has forgotten it', async () => {
    const context = await bench.context({
      Dockerfile: `${shell}COPY nonce /\nRUN echo costly ${nonce}; exit 0\n`,
    })
    const wanted = {
      context,
      reference: `${bench.registry.host}/cached:v1`,
      cache: { kind: 'ecr', reference: `${bench.registry.host}/cached:buildcache` },
    } as const

    const first = await bench.build(wanted)
    await forgetStep(`echo costly ${nonce}`)
    const withoutCache = await bench.build({ ...wanted, cache: undefined })
    await forgetStep(`echo costly ${nonce}`)
    const second = await bench.build(wanted)

    expect(first.lines).toEqual([`costly ${nonce}`])
    expect(withoutCache.lines).toEqual([`costly ${nonce}`])
    expect(second.lines).toEqual([])
    expect(second.end).toMatchObject({ is: 'built', steps: 4, cachedSteps: 4 })
    expect(await bench.registry.tags('cached')).toEqual(['buildcache', 'v1'])
  })

  it('keeps out what .dockerignore names', async () => {
    const context = await bench.context({
      Dockerfile: `${shell}COPY . /all\nRUN busybox find /all -type f\n`,
      '.dockerignore': 'private\n',
      'private/key.pem': 'key',
      'public/index.html': 'page',
    })

    const { lines } = await bench.build({ context })

    expect(lines.toSorted()).toEqual([
      '/all/.dockerignore',
      '/all/Dockerfile',
      '/all/busybox',
      '/all/nonce',
      '/all/public/index.html',
    ])
  })

  it('has no network of the host in its steps', async () => {
    const context = await bench.context({
      Dockerfile: `${shell}COPY nonce /\nRUN busybox ls /sys/class/net\n`,
    })

    const { lines } = await bench.build({ context })

    expect(lines).toEqual(['eth0', 'lo'])
    expect(await readdir('/sys/class/net')).toContain('docker0')
  })

  async function docker(...argv: readonly string[]): Promise<string> {
    if (engine === undefined) throw new Error('no engine')
    return engine.docker(...argv)
  }

  /** Others use the same engine: what is theirs stays. */
  async function forgetStep(text: string): Promise<void> {
    const kept = await stepsWith(text)
    if (kept.length === 0) throw new Error(`no step with ${text} in the cache`)
    // What a build has only just let go of stays for a moment.
    await vi.waitUntil(
      async () => {
        for (const id of await stepsWith(text))
          await docker('buildx', 'prune', '--all', '--force', `--filter=id=${id}`)
        return (await stepsWith(text)).length === 0
      },
      { timeout: 60_000, interval: 200 },
    )
  }

  async function stepsWith(text: string): Promise<readonly string[]> {
    const records = (await docker('buildx', 'du', '--verbose')).split('\n\n')
    return records
      .filter(record => record.includes(text))
      .flatMap(record => /^ID:\s+(?<id>\S+)/m.exec(record)?.groups?.['id'] ?? [])
  }

  async function configOf(index: Manifest | undefined): Promise<{ config: { Labels: unknown } }> {
    const image = await childOf(index, child => child.platform.os !== 'unknown')
    return JSON.parse((await bench.registry.blob('shop', image.config.digest)).toString())
  }

  async function attestationOf(index: Manifest | undefined): Promise<Buffer> {
    const attestation = await childOf(index, child => child.platform.os === 'unknown')
    return bench.registry.blob('shop', attestation.layers[0].digest)
  }

  async function childOf(index: Manifest | undefined, isIt: (child: any) => boolean): Promise<any> {
    const { manifests } = JSON.parse(index?.text ?? '{}')
    const child = await bench.registry.manifest('shop', manifests.find(isIt).digest)
    return JSON.parse(child?.text ?? '{}')
  }
})

function digestOf(end: BuildEnd): string {
  if (end.is !== 'built') throw new Error(JSON.stringify(end))
  return end.digest
}

/** Of every process of this machine, as any of its users can read them. */
function commandLines(): string {
  const processes = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  return processes.map(name => readFileIfThere(`/proc/${name}/cmdline`).replaceAll('\0', ' ')).join('\n')
}

function readFileIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
