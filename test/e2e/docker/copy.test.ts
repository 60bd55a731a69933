import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dockerEngine, newDockerConfig } from '../support/docker-engine.ts'
import { faultyRegistry, type Registry, startRegistry } from '../support/registry.ts'
import { openWorkbench, type Workbench } from './workbench.ts'

const engine = await dockerEngine()
const { signal } = new AbortController()
/** Copies need no engine. */
const withoutEngine = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' }

describe.skipIf(engine === undefined)('a copy between registries', () => {
  let bench: Workbench
  let other: Registry
  let source: string
  let stranger: string
  beforeAll(async () => {
    if (engine === undefined) return
    bench = await openWorkbench(engine)
    other = await startRegistry()
    await bench.docker().login({ ...other, registry: other.host })
    source = await pushTwoPlatforms('v1')
    stranger = await pushTwoPlatforms('stranger')
  })
  afterAll(async () => {
    await other?.close()
    await bench?.close()
    await engine?.close()
  })

  it('has the same digests, of all platforms and their attestations, and needs no engine', async () => {
    const to = `${other.host}/production/shop:v1`

    const copied = await bench.docker(withoutEngine).copy({ from: source, to }, { signal })

    const original = await bench.registry.manifest('shop', 'v1')
    const copy = await other.manifest('production/shop', 'v1')
    const platforms = platformsOf(copy?.text)
    const children = await Promise.all(
      platforms.map(({ digest }) => other.manifest('production/shop', digest)),
    )
    const layers = children.flatMap(child => JSON.parse(child?.text ?? '{}').layers ?? [])
    const blobs = await Promise.all(layers.map(({ digest }) => other.blob('production/shop', digest)))
    expect(copied).toEqual({ is: 'copied', digest: original?.digest })
    expect(copy).toEqual(original)
    expect(platforms.map(({ platform }) => platform)).toEqual([
      'linux/amd64',
      'linux/arm64',
      'unknown/unknown',
      'unknown/unknown',
    ])
    expect(blobs.map(({ length }) => length)).toEqual(layers.map(({ size }) => size))
  })

  it('can be taken by digest, and again', async () => {
    const digest = (await bench.registry.manifest('shop', 'v1'))?.digest
    const copy = { from: `${bench.registry.host}/shop@${digest}`, to: `${other.host}/again:v2` }

    const first = await bench.docker().copy(copy, { signal })
    const second = await bench.docker().copy(copy, { signal })

    expect([first, second]).toEqual([
      { is: 'copied', digest },
      { is: 'copied', digest },
    ])
  })

  it('fails where the image is missing', async () => {
    const from = `${bench.registry.host}/shop:nope`

    const copied = await bench.docker().copy({ from, to: `${other.host}/shop:nope` }, { signal })

    expect(copied).toMatchObject({ is: 'failed', failure: { code: 'image_not_found' } })
  })

  it('fails where nobody may read the source', async () => {
    const docker = bench.docker({ DOCKER_CONFIG: await newDockerConfig(await bench.context({})) })

    const copied = await docker.copy({ from: source, to: `${other.host}/private:v1` }, { signal })

    expect(copied).toMatchObject({
      is: 'failed',
      failure: { code: 'registry_unauthorized', message: expect.stringContaining(bench.registry.host) },
    })
  })

  it.each([
    [403, 'registry_denied'],
    [429, 'registry_throttled'],
  ])('fails where the other registry answers %d', async (status, code) => {
    const registry = await faultyRegistry({
      upstream: other.host,
      fault: ({ method }) => (method === 'POST' ? { status } : undefined),
    })
    await bench.docker().login({ ...other, registry: registry.host })

    const copied = await bench.docker().copy({ from: source, to: `${registry.host}/refused:v1` }, { signal })
    await registry.close()

    expect(copied).toMatchObject({
      is: 'failed',
      failure: { code, message: expect.stringContaining(registry.host) },
    })
  })

  it('fails where the copy turns out to be another image', async () => {
    const registry = await faultyRegistry({
      upstream: other.host,
      onManifest: async ({ reference, repository }) => {
        if (reference !== 'v1') return
        await bench.docker().copy({ from: stranger, to: `${other.host}/${repository}:v1` }, { signal })
      },
    })
    await bench.docker().login({ ...other, registry: registry.host })

    const copied = await bench.docker().copy({ from: source, to: `${registry.host}/moved:v1` }, { signal })
    await registry.close()

    expect(copied).toMatchObject({ is: 'failed', failure: { code: 'digest_differs' } })
  })

  async function pushTwoPlatforms(tag: string): Promise<string> {
    const context = await bench.context({ tag, Dockerfile: 'FROM scratch\nCOPY tag busybox /\n' })
    const reference = `${bench.registry.host}/shop:${tag}`
    const { end } = await bench.build({ context, reference, platforms: ['linux/amd64', 'linux/arm64'] })
    if (end.is !== 'built') throw new Error(JSON.stringify(end))
    return reference
  }
})

function platformsOf(index = '{}'): readonly { readonly digest: string; readonly platform: string }[] {
  const { manifests } = JSON.parse(index)
  return manifests.map(({ digest, platform: { os, architecture } }: any) => ({
    digest,
    platform: `${os}/${architecture}`,
  }))
}
