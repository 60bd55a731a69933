import { ECRClient, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { awsPorts } from '../../lib/adapters/aws/aws-ports.ts'
import type { ImageStore } from '../../lib/images/ports.ts'
import { ecrOf } from '../cli/images/ecr-of.ts'
import { pushIndex } from '../cli/deploy/scenes.ts'
import { type Shop, openShop } from '../fakes/shop.ts'

const uri = '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop'

let shop: Shop
let store: ImageStore
beforeEach(async () => {
  shop = await openShop()
  store = awsPorts({ env: shop.env, clock: shop.clock }).command.imageStore
})
afterEach(() => shop.close())

/** Against the sandbox's ECR, over the wire. */
describe('an image store', () => {
  it('pages through a repository, and knows which images have tags', async () => {
    pushIndex(shop, 'v2', ['linux/amd64', 'linux/arm64'])

    const all = await store.page(uri)
    const tagged = await store.page(uri, undefined, 'tagged')

    expect([all.images.length, tagged.images.length, all.next]).toEqual([6, 4, undefined])
    expect(tagged.images.flatMap(({ tags }) => tags).toSorted()).toEqual([
      'latest',
      'v1.2.2',
      'v1.2.3',
      'v1.3.0',
      'v2',
    ])
  })

  it('answers an archived image, its status, and no manifest', async () => {
    await ecrOf(shop).archive('v1.3.0')

    const { images } = await store.page(uri)
    const archived = images.find(({ tags }) => tags.includes('v1.3.0'))

    expect(archived?.status).toBe('ARCHIVED')
    expect(await store.manifests(uri, [{ tag: 'v1.3.0' }])).toEqual([])
  })

  it('leaves out what is missing among what is described', async () => {
    const digest = await ecrOf(shop).push({ tag: 'v2' })

    const found = await store.described(uri, [`sha256:${'0'.repeat(64)}`, digest])

    expect(found.map(each => each.digest)).toEqual([digest])
  })

  it('reads the configuration from where the registry keeps it', async () => {
    const digest = await ecrOf(shop).push({ tag: 'v2', labels: { team: 'checkout' } })

    expect(await store.config(uri, digest)).toEqual({
      labels: { team: 'checkout', salt: 'v2' },
      platform: 'linux/amd64',
    })
  })

  it('has findings once there was a scan', async () => {
    const digest = await ecrOf(shop).push({ tag: 'v2', findings: 'HIGH:2' })
    const before = await store.scan(uri, digest)

    await ecrOf(shop).scan('v2')

    expect(before).toBeUndefined()
    expect(await store.scan(uri, digest)).toMatchObject({ status: 'COMPLETE', findings: { HIGH: 2 } })
  })

  it('gives an image one more tag, once, and not where another image has it for good', async () => {
    const [manifest] = await store.manifests(uri, [{ tag: 'v1.2.3' }])
    if (manifest === undefined) throw new Error('the shop has no v1.2.3 any more')

    const answers = [await store.tag(uri, manifest, 'stable'), await store.tag(uri, manifest, 'stable')]
    const repository = shop.sandbox.world.state.ecr.repositories['shop']
    if (repository !== undefined) repository.mutability = 'IMMUTABLE'

    expect(answers).toEqual(['tagged', 'was_tagged'])
    expect(await store.tag(uri, manifest, 'v1.3.0')).toBe('immutable')
  })

  it('removes an image with all its tags, and keeps what an index needs', async () => {
    pushIndex(shop, 'v2', ['linux/amd64'])
    const { images } = await store.page(uri)
    const child = images.find(({ tags }) => tags.length === 0)?.digest ?? ''
    const twice = images.find(({ tags }) => tags.includes('latest'))?.digest ?? ''

    const { removed, kept } = await store.remove(uri, [child, twice, `sha256:${'0'.repeat(64)}`])

    expect(removed).toEqual([twice])
    expect(kept).toEqual([{ digest: child, why: expect.stringContaining('ImageReferencedByManifestList') }])
  })

  it('knows the repositories that there are', async () => {
    const found = await store.repositories([`${uri}-gone`, uri])

    expect(found).toEqual([{ uri, name: 'shop', mutability: 'MUTABLE', exclusions: [] }])
  })

  it('knows whether others may pull', async () => {
    const before = await store.isShared(uri)

    await setPolicy({ Principal: { AWS: 'arn:aws:iam::444455556666:root' }, Action: 'ecr:BatchGetImage' })

    expect([before, await store.isShared(uri)]).toEqual([false, true])
  })

  it('has what docker login needs, for the registry that stands where ECR would', async () => {
    const { username, endpoint, expiresAt = 0 } = await store.authorization(uri)

    expect([username, endpoint]).toEqual(['AWS', shop.url])
    expect(expiresAt).toBeGreaterThan(shop.clock.now())
  })
})

async function setPolicy(statement: object): Promise<void> {
  const client = new ECRClient({
    endpoint: shop.url,
    region: shop.env['AWS_REGION'],
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  })
  const policyText = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', ...statement }],
  })
  await client.send(new SetRepositoryPolicyCommand({ repositoryName: 'shop', policyText }))
}
