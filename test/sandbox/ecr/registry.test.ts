import { mkdtemp, readdir, rm } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { digestOf } from '../../../lib/sandbox/ecr/digest-of.ts'
import { findImage } from '../../../lib/sandbox/ecr/find-image.ts'
import type { FaultEffect } from '../../../lib/sandbox/faults.ts'
import { openTestSandbox } from '../wire/open-test-sandbox.ts'
import { imageOf, indexOf, registryClient } from './registry-client.ts'

const repositoryName = 'team/shop'
const account = '123456789012'
const hour = 3_600_000
/** A busy machine may take its time. */
const patience = { timeout: 30_000 }

async function openRegistry() {
  const layerFolder = await mkdtemp(join(tmpdir(), 'tapit-layers-'))
  onTestFinished(() => rm(layerFolder, { recursive: true, force: true }))
  const opened = await openTestSandbox({ layerFolder })
  const ecr = new ECRClient(opened.client)
  await ecr.send(new CreateRepositoryCommand({ repositoryName }))
  const registry = registryClient(opened.url, opened.clock)
  return { ...opened, ecr, registry, layerFolder, files: () => readdir(layerFolder) }
}

describe('credentials', () => {
  it('are those that GetAuthorizationToken gives, at the address that it gives', async () => {
    const { url, ecr } = await openRegistry()

    const { authorizationData: [data] = [] } = await ecr.send(new GetAuthorizationTokenCommand({}))

    const { status } = await fetch(`${data?.proxyEndpoint}/v2/`, {
      headers: { authorization: `Basic ${data?.authorizationToken}` },
    })
    const [user] = Buffer.from(data?.authorizationToken ?? '', 'base64')
      .toString()
      .split(':')
    expect(data).toMatchObject({ proxyEndpoint: url, expiresAt: new Date('2026-11-21T00:00:00Z') })
    expect([user, status]).toEqual(['AWS', 200])
  })

  it('that are not there are asked for as ECR does', async () => {
    const { url } = await openRegistry()

    const response = await fetch(`${url}/v2/`)

    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(
      'Basic realm="https://123456789012.dkr.ecr.us-east-1.amazonaws.com/",service="ecr.amazonaws.com"',
    )
    expect(response.headers.get('docker-distribution-api-version')).toBe('registry/2.0')
  })

  it.each([
    ['Basic QVdTOndyb25n', 400, 'UNAUTHORIZED'],
    ['Bearer abc', 400, 'UNAUTHORIZED'],
    [`Basic ${Buffer.from('AWS:').toString('base64')}`, 400, 'UNAUTHORIZED'],
    [`Basic ${Buffer.from('AWS:bnVsbA==').toString('base64')}`, 400, 'UNAUTHORIZED'],
  ])('of somebody else, %s, are refused', async (authorization, status, code) => {
    const { url } = await openRegistry()

    const response = await fetch(`${url}/v2/`, { headers: { authorization } })

    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ errors: [{ code }] })
  })

  it('expire after twelve hours', async () => {
    const { url, ecr, clock } = await openRegistry()
    const { authorizationData: [data] = [] } = await ecr.send(new GetAuthorizationTokenCommand({}))
    const headers = { authorization: `Basic ${data?.authorizationToken}` }

    clock.advance(12 * hour)

    const response = await fetch(`${url}/v2/`, { headers })
    expect(response.status).toBe(403)
    expect(await response.json()).toEqual({
      errors: [
        {
          code: 'DENIED',
          message: 'Your authorization token has expired. Reauthenticate and try again.',
        },
      ],
    })
  })

  it('do not help under a name that was made to point here', async () => {
    const { url } = await openRegistry()

    const status = await new Promise((resolve, reject) => {
      http
        .get(`${url}/v2/`, { headers: { host: 'evil.example' } }, response => {
          response.resume()
          resolve(response.statusCode)
        })
        .on('error', reject)
    })

    expect(status).toBe(403)
  })
})

describe('a push', () => {
  it('makes an image of ECR, byte for byte', async () => {
    const { ecr, registry } = await openRegistry()

    const { text, digest, type } = await registry.push(repositoryName, 'v1')

    const { images } = await ecr.send(
      new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] }),
    )
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }))
    expect(images).toMatchObject([
      { imageId: { imageDigest: digest }, imageManifest: text, imageManifestMediaType: type },
    ])
    const [config, layer] = [JSON.parse(text).config.size, 'a layer'.length]
    expect(imageDetails).toMatchObject([
      {
        imageDigest: digest,
        imageTags: ['v1'],
        imageSizeInBytes: text.length + config + layer,
        artifactMediaType: 'application/vnd.oci.image.config.v1+json',
      },
    ])
  })

  it('is pulled again by tag and by digest', async () => {
    const { registry } = await openRegistry()
    const { text, digest, type } = await registry.push(repositoryName, 'v1')

    const byTag = await registry.send(`/v2/${repositoryName}/manifests/v1`)
    const byDigest = await registry.send(`/v2/${repositoryName}/manifests/${digest}`)
    const head = await registry.send(`/v2/${repositoryName}/manifests/v1`, { method: 'HEAD' })
    const layer = await registry.send(`/v2/${repositoryName}/blobs/${digestOf('a layer')}`)

    expect(await Promise.all([byTag.text(), byDigest.text(), head.text(), layer.text()])).toEqual([
      text,
      text,
      '',
      'a layer',
    ])
    for (const { headers } of [byTag, byDigest, head]) {
      expect([
        headers.get('content-type'),
        headers.get('docker-content-digest'),
        headers.get('content-length'),
      ]).toEqual([type, digest, String(text.length)])
    }
  })

  it('of the same image once more succeeds, and leaves one image', async () => {
    const { ecr, registry } = await openRegistry()
    await registry.push(repositoryName, 'v1')

    await registry.push(repositoryName, 'v1')
    await registry.push(repositoryName, 'v2')

    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }))
    expect(imageDetails).toMatchObject([{ imageTags: ['v1', 'v2'] }])
  })

  it('of an index wants its images first, and says which size the largest has', async () => {
    const { ecr, registry } = await openRegistry()
    const small = imageOf({ layers: ['small'] })
    const large = await registry.push(repositoryName, 'large', {
      layers: ['large'.repeat(100)],
      architecture: 'arm64',
    })
    const index = indexOf([small.manifest, large], ['linux/amd64', 'linux/arm64'])

    const early = await registry.putManifest(repositoryName, index, 'v1')
    for (const content of [small.config, ...small.layers]) await registry.upload(repositoryName, content)
    await registry.putManifest(repositoryName, small.manifest)
    const late = await registry.putManifest(repositoryName, index, 'v1')

    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }))
    expect(early.status).toBe(404)
    expect(await early.json()).toMatchObject({ errors: [{ code: 'MANIFEST_BLOB_UNKNOWN' }] })
    expect(late.status).toBe(201)
    expect(imageDetails?.map(({ imageDigest, imageTags }) => [imageDigest, imageTags])).toEqual([
      [large.digest, ['large']],
      [small.manifest.digest, undefined],
      [index.digest, ['v1']],
    ])
    expect(imageDetails?.[2]?.imageSizeInBytes).toBe(imageDetails?.[0]?.imageSizeInBytes)
  })

  it('of a manifest before its layers is refused', async () => {
    const { registry } = await openRegistry()

    const response = await registry.putManifest(repositoryName, imageOf().manifest, 'v1')

    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({
      errors: [{ code: 'MANIFEST_BLOB_UNKNOWN', message: expect.stringContaining('Layers with digests') }],
    })
  })

  it('of another image to an immutable tag is refused with the words of ECR', async () => {
    const { ecr, registry } = await openRegistry()
    const imageTagMutability = 'IMMUTABLE'
    await ecr.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability }))
    await registry.push(repositoryName, 'v1')
    const { config, manifest } = imageOf({ labels: { other: 'yes' }, layers: ['a layer'] })
    await registry.upload(repositoryName, config)

    const response = await registry.putManifest(
      repositoryName,
      { ...manifest, text: `${manifest.text} ` },
      'v1',
    )

    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      errors: [
        {
          code: 'TAG_INVALID',
          message:
            "The image tag 'v1' already exists in the 'team/shop' repository and cannot be overwritten because the tag is immutable.",
        },
      ],
    })
  })

  it.each([
    ['HEAD', 'manifests/v1'],
    ['POST', 'blobs/uploads/'],
    ['PUT', 'manifests/v1'],
    ['GET', 'tags/list'],
  ])('to a repository that nobody made is refused: %s %s', async (method, path) => {
    const { registry } = await openRegistry()

    const response = await registry.send(`/v2/nope/${path}`, { method })

    expect(response.status).toBe(404)
    const said = method === 'HEAD' ? undefined : await response.json()
    expect(said ?? nameUnknown).toEqual(nameUnknown)
  })

  it('of a digest that is not the manifest’s is refused', async () => {
    const { registry } = await openRegistry()
    const { config, manifest } = imageOf({ layers: [] })
    await registry.upload(repositoryName, config)

    const response = await registry.putManifest(repositoryName, manifest, digestOf('something else'))

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ code: 'DIGEST_INVALID' }] })
  })

  it.each([
    ['no JSON', 'MANIFEST_INVALID'],
    ['{"schemaVersion":2}', 'MANIFEST_INVALID'],
  ])('of something that is no manifest, %s, is refused', async (text, code) => {
    const { registry } = await openRegistry()

    const response = await registry.putManifest(repositoryName, { text, digest: '', type: '' }, 'v1')

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ code }] })
  })
})

const nameUnknown = {
  errors: [
    {
      code: 'NAME_UNKNOWN',
      message: `The repository with name 'nope' does not exist in the registry with id '${account}'`,
    },
  ],
}

describe('an upload', () => {
  const layer = 'one two three'
  const digest = digestOf(layer)

  async function begun() {
    const opened = await openRegistry()
    const start = await opened.registry.send(`/v2/${repositoryName}/blobs/uploads/`, { method: 'POST' })
    const location = start.headers.get('location') ?? ''
    const patch = (body: string, headers: Record<string, string> = {}) =>
      opened.registry.send(location, { method: 'PATCH', body, headers })
    const put = (body?: string) =>
      opened.registry.send(`${location}?digest=${digest}`, { method: 'PUT', body })
    return { ...opened, location, patch, put }
  }

  it('comes in parts, or all of it with the request that ends it, or in one request', async () => {
    const inParts = await begun()
    await inParts.patch('one ', { 'content-range': '0-3' })
    const progress = await inParts.patch('two ', { 'content-range': '4-7' })
    const ended = await inParts.put('three')
    const atOnce = await begun()
    const whole = await atOnce.put(layer)
    const path = `/v2/${repositoryName}/blobs/uploads/?digest=${digest}`
    const single = await (await openRegistry()).registry.send(path, { method: 'POST', body: layer })

    expect(progress.headers.get('range')).toBe('0-7')
    expect(progress.status).toBe(202)
    expect([ended, whole, single].map(({ status }) => status)).toEqual([201, 201, 201])
    expect(ended.headers.get('location')).toBe(`/v2/${repositoryName}/blobs/${digest}`)
    expect(await inParts.files()).toEqual([digest.replace(':', '-')])
  })

  it('says how far it is', async () => {
    const { registry, location, patch } = await begun()
    await patch('one ')

    const { status, headers } = await registry.send(location)

    expect([status, headers.get('range')]).toEqual([204, '0-3'])
  })

  it('that does not go on where it stopped is refused with the words of ECR', async () => {
    const { patch } = await begun()
    await patch('one ')

    const response = await patch('one ', { 'content-range': '0-3' })

    expect([response.status, response.headers.get('range')]).toEqual([416, '0-3'])
    expect(await response.json()).toEqual({
      errors: [{ code: 'BLOB_UPLOAD_INVALID', message: 'First byte of the layer part is 0 instead of 4' }],
    })
  })

  it('of another digest than its content’s leaves nothing', async () => {
    const { put, files } = await begun()

    const response = await put('something else')

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ code: 'DIGEST_INVALID' }] })
    expect(await files()).toEqual([])
  })

  it('without content is refused', async () => {
    const { put } = await begun()

    const response = await put()

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ code: 'BLOB_UPLOAD_INVALID' }] })
  })

  it('is gone when it is deleted', async () => {
    const { registry, location, patch, put, files } = await begun()
    await patch('one ')

    const deleted = await registry.send(location, { method: 'DELETE' })

    expect(deleted.status).toBe(204)
    expect((await put('two')).status).toBe(404)
    expect(await files()).toEqual([])
  })

  it('belongs to its repository', async () => {
    const { ecr, registry, location } = await begun()
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'other' }))

    const response = await registry.send(location.replace(repositoryName, 'other'))

    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ errors: [{ code: 'BLOB_UPLOAD_UNKNOWN' }] })
  })

  it('of a client that was killed can be gone on with, and is forgotten in time', async () => {
    const { sandbox, url, clock, registry, location, patch, put, files } = await begun()
    await patch('one ')
    await broken(new URL(location, url), { authorization: registry.authorization() })

    const { headers } = await registry.send(location)
    const kept = await files()
    clock.advance(hour + 1)
    await sandbox.tidy()

    expect(headers.get('range')).toMatch(/^0-(3|7)$/)
    expect(kept).toHaveLength(1)
    expect((await put('three')).status).toBe(404)
    expect(await files()).toEqual([])
  })

  it('is not needed for a layer of another repository', async () => {
    const { ecr, registry, files } = await openRegistry()
    await registry.upload(repositoryName, layer)
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'other' }))
    const mount = (from: string) =>
      registry.send(`/v2/other/blobs/uploads/?mount=${digest}&from=${from}`, { method: 'POST' })

    const unknown = await mount('nope')
    const known = await mount(repositoryName)

    expect([unknown.status, known.status]).toEqual([202, 201])
    expect(await (await registry.send(`/v2/other/blobs/${digest}`)).text()).toBe(layer)
    expect(await files()).toEqual([digest.replace(':', '-')])
  })
})

describe('a layer', () => {
  it.each([
    ['bytes=2-', 206, 'layer', 'bytes 2-6/7'],
    ['bytes=0-2', 206, 'a l', 'bytes 0-2/7'],
    ['bytes=0-99', 206, 'a layer', 'bytes 0-6/7'],
    ['bytes=7-', 416, expect.stringContaining('RANGE_INVALID'), 'bytes */7'],
    ['bytes=-2', 200, 'a layer', null],
  ])('is given out in part: %s', async (range, status, body, contentRange) => {
    const { registry } = await openRegistry()
    await registry.upload(repositoryName, 'a layer')

    const response = await registry.send(`/v2/${repositoryName}/blobs/${digestOf('a layer')}`, {
      headers: { range },
    })

    expect([response.status, await response.text(), response.headers.get('content-range')]).toEqual([
      status,
      body,
      contentRange,
    ])
  })

  it('has a URL without credentials, as S3 would give one', async () => {
    const { ecr, registry } = await openRegistry()
    await registry.push(repositoryName, 'v1')
    const layerDigest = digestOf('a layer')

    const { downloadUrl = '' } = await ecr.send(
      new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }),
    )

    expect(await (await fetch(downloadUrl)).text()).toBe('a layer')
  })

  it('that is not there is unknown', async () => {
    const { registry } = await openRegistry()

    const response = await registry.send(`/v2/${repositoryName}/blobs/${digestOf('nothing')}`)

    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ errors: [{ code: 'BLOB_UNKNOWN' }] })
  })

  it('goes with the last image that needs it', async () => {
    const { ecr, registry, clock, files } = await openRegistry()
    await registry.push(repositoryName, 'v1', { layers: ['shared', 'first'] })
    await registry.push(repositoryName, 'v2', { layers: ['shared', 'second'] })
    clock.advance(hour + 1)

    await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] }))

    const nameOf = (content: string) => digestOf(content).replace(':', '-')
    await vi.waitFor(async () => expect(await files()).not.toContain(nameOf('first')), patience)
    expect(await files()).toEqual(expect.arrayContaining([nameOf('shared'), nameOf('second')]))
  })

  it('that was pushed or asked for a moment ago stays without an image', async () => {
    const { sandbox, registry, clock, files } = await openRegistry()
    await registry.upload(repositoryName, 'asked for')
    await registry.upload(repositoryName, 'forgotten')
    clock.advance(hour)
    const head = { method: 'HEAD' }
    await registry.send(`/v2/${repositoryName}/blobs/${digestOf('asked for')}`, head)
    clock.advance(1)

    await sandbox.tidy()

    expect(await files()).toEqual([digestOf('asked for').replace(':', '-')])
  })

  it('goes with its repository, and with everything when the sandbox is reset', async () => {
    const { sandbox, ecr, registry, files } = await openRegistry()
    await registry.push(repositoryName, 'v1')
    await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }))
    await vi.waitFor(async () => expect(await files()).toEqual([]), patience)
    await ecr.send(new CreateRepositoryCommand({ repositoryName }))
    await registry.push(repositoryName, 'v1')

    await sandbox.reset()

    await expect(files()).rejects.toThrow('ENOENT')
  })

  it('is still there after a restart; what belongs to nobody is not', async () => {
    const before = await openRegistry()
    const { digest } = await before.registry.push(repositoryName, 'v1')
    const snapshot = await before.sandbox.snapshot()
    await before.registry.upload(repositoryName, 'after the last snapshot')

    const after = await openTestSandbox({ state: snapshot, layerFolder: before.layerFolder })
    await after.sandbox.tidy()

    const registry = registryClient(after.url, after.clock)
    const { headers } = await registry.send(`/v2/${repositoryName}/manifests/v1`)
    const layer = await registry.send(`/v2/${repositoryName}/blobs/${digestOf('a layer')}`)
    expect(headers.get('docker-content-digest')).toBe(digest)
    expect(await layer.text()).toBe('a layer')
    expect(await before.files()).toHaveLength(2)
  })
})

describe('an image that was pushed', () => {
  const reference = (tag: string) => `${account}.dkr.ecr.us-east-1.amazonaws.com/${repositoryName}:${tag}`

  it('does what its labels say, and is for the platform of its configuration', async () => {
    const { sandbox, registry } = await openRegistry()
    const labels = { 'dev.tapit.sandbox.behaviour.worker': 'crash', 'dev.tapit.sandbox.log': 'a line' }

    await registry.push(repositoryName, 'v1', { labels, architecture: 'arm64' })

    const { world } = sandbox
    const image = findImage(world.state.ecr, { ...world, reference: reference('v1') })
    expect(image?.platforms).toEqual(['linux/arm64'])
    expect([image?.behaviour('worker'), image?.behaviour('default')]).toEqual(['crash', 'ok'])
    expect(image?.logLines('worker')).toEqual(['a line'])
  })

  it('as an index does what its images say, for the platforms of the index, attestations aside', async () => {
    const { sandbox, registry } = await openRegistry()
    const labels = { 'dev.tapit.sandbox.behaviour': 'oom' }
    const image = await registry.push(repositoryName, 'a', { labels })
    const attestation = await registry.push(repositoryName, 'b', { architecture: 'unknown' })
    const index = indexOf([image, attestation], ['linux/amd64', 'unknown/unknown'])

    await registry.putManifest(repositoryName, index, 'v1')

    const { world } = sandbox
    const found = findImage(world.state.ecr, { ...world, reference: reference('v1') })
    expect(found?.platforms).toEqual(['linux/amd64'])
    expect(found?.behaviour('default')).toBe('oom')
  })

  it.each([
    ['dev.tapit.sandbox.behaviour', 'crush', 'must be one of ok, slow, crash'],
    ['dev.tapit.sandbox.behavior', 'crash', 'it has dev.tapit.sandbox.behaviour'],
    ['dev.tapit.sandbox.findings', 'SEVERE:1', 'such as CRITICAL:1,HIGH:3'],
    ['dev.tapit.sandbox.once.exit-code', '256', 'must be 0 to 255'],
    ['dev.tapit.sandbox.findings', 'HIGH:many', 'such as CRITICAL:1,HIGH:3'],
  ])('is refused when its label %s says %s, which means nothing', async (label, word, message) => {
    const { registry } = await openRegistry()
    const { config, layers, manifest } = imageOf({ labels: { [label]: word } })
    for (const content of [config, ...layers]) await registry.upload(repositoryName, content)

    const response = await registry.putManifest(repositoryName, manifest, 'v1')

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      errors: [{ code: 'MANIFEST_INVALID', message: expect.stringContaining(message) }],
    })
  })
})

describe('tags', () => {
  it('come in pages, in their order', async () => {
    const { registry } = await openRegistry()
    for (const tag of ['c', 'a', 'b']) await registry.push(repositoryName, tag)

    const first = await registry.send(`/v2/${repositoryName}/tags/list?n=2`)
    const [, next = ''] = /^<(.*)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? []
    const second = await registry.send(next)

    expect(await first.json()).toEqual({ name: repositoryName, tags: ['a', 'b'] })
    expect(await second.json()).toEqual({ name: repositoryName, tags: ['c'] })
    expect(second.headers.get('link')).toBeNull()
  })
})

describe('a fault', () => {
  it.each<[FaultEffect, number, string, string]>([
    ['throttle', 429, 'TOOMANYREQUESTS', 'Rate exceeded'],
    ['deny', 403, 'DENIED', 'is not authorized to perform: ecr:InitiateLayerUpload'],
    ['expire', 403, 'DENIED', 'Your authorization token has expired'],
    [{ error: 503 }, 503, 'UNAVAILABLE', 'Service is unable'],
    [{ error: 500 }, 500, 'UNKNOWN', 'unknown error'],
  ])('of ECR, %s, is said by its registry', async (effect, status, code, message) => {
    const { sandbox, registry } = await openRegistry()
    sandbox.faults.add({ operation: 'InitiateLayerUpload', effect })

    const response = await registry.send(`/v2/${repositoryName}/blobs/uploads/`, { method: 'POST' })

    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({
      errors: [{ code, message: expect.stringContaining(message) }],
    })
    expect(sandbox.faults.journal.at(-1)).toMatchObject({
      service: 'ecr',
      operation: 'InitiateLayerUpload',
      status,
      error: code,
    })
  })

  it('that loses the answer to a push leaves the image there', async () => {
    const { sandbox, ecr, registry } = await openRegistry()
    sandbox.faults.add({ operation: 'PutImage', effect: 'lose-answer' })

    const pushing = registry.push(repositoryName, 'v1')

    await expect(pushing).rejects.toThrow('fetch failed')
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }))
    expect(imageDetails).toHaveLength(1)
  })
})

it.each([
  ['DELETE', 'manifests/v1', 405],
  ['GET', 'referrers/sha256:0', 404],
  ['OPTIONS', 'tags/list', 405],
])('%s %s is not implemented, and says so', async (method, path, status) => {
  const { registry } = await openRegistry()

  const response = await registry.send(`/v2/${repositoryName}/${path}`, { method })

  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ errors: [{ code: 'UNSUPPORTED' }] })
})

/** Half of a request, whose sender is gone then. */
function broken(url: URL, headers: Record<string, string>): Promise<void> {
  return new Promise(resolve => {
    const request = http.request(url, { method: 'PATCH', headers: { ...headers, 'content-length': 100 } })
    request.on('error', () => resolve())
    request.write('two ', () => setImmediate(() => request.destroy()))
    request.on('close', () => resolve())
  })
}
