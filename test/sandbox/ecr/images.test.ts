import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryPolicyCommand,
  DescribeImagesCommand,
  DescribeImageScanFindingsCommand,
  ECRClient,
  GetRepositoryPolicyCommand,
  type ImageIdentifier,
  type ImageStatusFilter,
  ListImagesCommand,
  PutImageCommand,
  SetRepositoryPolicyCommand,
  StartImageScanCommand,
  UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr'
import { describe, expect, it } from 'vitest'
import { type Image, imageIndex, imageManifest } from '../../../lib/sandbox/ecr/image-manifest.ts'
import { storeImage } from '../../../lib/sandbox/ecr/store-image.ts'
import { openTestSandbox } from '../wire/open-test-sandbox.ts'
import { registryClient } from './registry-client.ts'

const repositoryName = 'shop'
const hour = 3_600_000

async function openRepository({ scanOnPush = false } = {}) {
  const opened = await openTestSandbox()
  const ecr = new ECRClient(opened.client)
  const imageScanningConfiguration = { scanOnPush }
  await ecr.send(new CreateRepositoryCommand({ repositoryName, imageScanningConfiguration }))
  const put = ({ manifest: imageManifest }: Pick<Image, 'manifest'>, imageTag?: string) =>
    ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag }))
  const describeImages = async (imageStatus?: ImageStatusFilter, imageIds?: ImageIdentifier[]) => {
    const filter = imageStatus === undefined ? undefined : { imageStatus }
    const { imageDetails = [] } = await ecr.send(
      new DescribeImagesCommand({ repositoryName, filter, imageIds }),
    )
    return imageDetails
  }
  const remove = (...imageIds: ImageIdentifier[]) =>
    ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }))
  const move = (imageTag: string, targetStorageClass: 'ARCHIVE' | 'STANDARD') =>
    ecr.send(
      new UpdateImageStorageClassCommand({ repositoryName, imageId: { imageTag }, targetStorageClass }),
    )
  return { ...opened, ecr, put, describeImages, remove, move }
}

describe('the time of the last pull', () => {
  it('is that of a pull by the registry or the API, and not of a look', async () => {
    const { url, clock, ecr, put, describeImages } = await openRepository()
    const registry = registryClient(url, clock)
    for (const tag of ['looked-at', 'by-api', 'by-registry']) await put(imageManifest({ salt: tag }), tag)

    clock.advance(hour)
    await registry.send('/v2/shop/manifests/looked-at', { method: 'HEAD' })
    await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'by-api' }] }))
    await registry.send('/v2/shop/manifests/by-registry')

    const times = (await describeImages()).map(({ lastRecordedPullTime }) => lastRecordedPullTime)
    const pulled = new Date('2026-11-20T13:00:00Z')
    expect(times).toEqual([undefined, pulled, pulled])
  })

  it('is refreshed no more than once in 24 hours', async () => {
    const { url, clock, put, describeImages } = await openRepository()
    const registry = registryClient(url, clock)
    await put(imageManifest(), 'v1')
    const pulledAfter = async (hours: number) => {
      clock.advance(hours * hour)
      await registry.send('/v2/shop/manifests/v1')
      const [image] = await describeImages()
      return image?.lastRecordedPullTime?.toISOString()
    }

    const times = [await pulledAfter(0), await pulledAfter(23), await pulledAfter(1)]

    expect(times).toEqual([
      '2026-11-20T12:00:00.000Z',
      '2026-11-20T12:00:00.000Z',
      '2026-11-21T12:00:00.000Z',
    ])
  })
})

describe('an archived image', () => {
  it('is described when it is asked for, and cannot be pulled', async () => {
    const { url, clock, ecr, put, describeImages, move } = await openRepository()
    await put(imageManifest({ salt: '1' }), 'v1')
    await put(imageManifest({ salt: '2' }), 'v2')

    const moved = await move('v1', 'ARCHIVE')

    const tagsOf = async (status?: ImageStatusFilter) =>
      (await describeImages(status)).flatMap(({ imageTags = [] }) => imageTags)
    const { imageIds } = await ecr.send(new ListImagesCommand({ repositoryName }))
    const { failures } = await ecr.send(
      new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] }),
    )
    const pull = await registryClient(url, clock).send('/v2/shop/manifests/v1')
    expect(moved.imageStatus).toBe('ARCHIVED')
    expect([await tagsOf(), await tagsOf('ARCHIVED'), await tagsOf('ANY')]).toEqual([
      ['v2'],
      ['v1'],
      ['v1', 'v2'],
    ])
    expect(imageIds?.map(({ imageTag }) => imageTag)).toEqual(['v2'])
    expect(failures).toMatchObject([{ failureCode: 'ImageNotFound' }])
    expect(pull.status).toBe(404)
    await expect(describeImages(undefined, [{ imageTag: 'v1' }])).rejects.toMatchObject({
      name: 'ImageNotFoundException',
    })
    expect(await describeImages('ANY', [{ imageTag: 'v1' }])).toMatchObject([
      { imageStatus: 'ARCHIVED', lastArchivedAt: new Date('2026-11-20T12:00:00Z') },
    ])
  })

  it('can be pulled some time after it was restored', async () => {
    const { clock, put, describeImages, move } = await openRepository()
    await put(imageManifest(), 'v1')
    await move('v1', 'ARCHIVE')

    const restored = await move('v1', 'STANDARD')
    const [during] = await describeImages('ACTIVATING')
    const early = move('v1', 'ARCHIVE')
    await expect(early).rejects.toMatchObject({ name: 'ImageStorageClassUpdateNotSupportedException' })
    clock.advance(5000)
    const [after] = await describeImages()

    expect(restored.imageStatus).toBe('ACTIVATING')
    expect(during).toMatchObject({ imageTags: ['v1'] })
    expect(after).toMatchObject({
      imageStatus: 'ACTIVE',
      lastActivatedAt: new Date('2026-11-20T12:00:05Z'),
    })
  })

  it('is restored at once when it is pushed again', async () => {
    const { put, describeImages, move } = await openRepository()
    await put(imageManifest(), 'v1')
    await move('v1', 'ARCHIVE')

    await put(imageManifest(), 'v1')

    expect(await describeImages()).toMatchObject([{ imageTags: ['v1'], imageStatus: 'ACTIVE' }])
  })

  it('is deleted as any other', async () => {
    const { put, describeImages, remove, move } = await openRepository()
    await put(imageManifest(), 'v1')
    await move('v1', 'ARCHIVE')

    await remove({ imageTag: 'v1' })

    expect(await describeImages('ANY')).toEqual([])
  })
})

describe('a scan', () => {
  const labels = { 'dev.tapit.sandbox.findings': 'CRITICAL:1,LOW:3' }

  it('of a repository that scans on push finds what the image says it has', async () => {
    const { url, clock, ecr, describeImages } = await openRepository({ scanOnPush: true })
    await registryClient(url, clock).push(repositoryName, 'v1', { labels })

    const [image] = await describeImages()
    const imageId = { imageTag: 'v1' }
    const asked = { repositoryName, imageId, maxResults: 3 }
    const first = await ecr.send(new DescribeImageScanFindingsCommand(asked))
    const { nextToken } = first
    const second = await ecr.send(new DescribeImageScanFindingsCommand({ ...asked, nextToken }))

    expect(image).toMatchObject({
      imageScanStatus: { status: 'COMPLETE' },
      imageScanFindingsSummary: {
        findingSeverityCounts: { CRITICAL: 1, LOW: 3 },
        imageScanCompletedAt: new Date('2026-11-20T12:00:00Z'),
      },
    })
    expect(first.imageScanFindings?.findings?.map(({ severity }) => severity)).toEqual([
      'CRITICAL',
      'LOW',
      'LOW',
    ])
    expect(second.imageScanFindings?.findings).toMatchObject([{ severity: 'LOW' }])
    expect(second.nextToken).toBeUndefined()
  })

  it('is started by hand once in 24 hours', async () => {
    const { clock, ecr, put, describeImages } = await openRepository()
    await put(imageManifest(), 'v1')
    const imageId = { imageTag: 'v1' }
    const describing = ecr.send(new DescribeImageScanFindingsCommand({ repositoryName, imageId }))
    await expect(describing).rejects.toMatchObject({ name: 'ScanNotFoundException' })
    const start = () => ecr.send(new StartImageScanCommand({ repositoryName, imageId }))

    await start()

    await expect(start()).rejects.toMatchObject({ name: 'LimitExceededException' })
    clock.advance(24 * hour)
    await expect(start()).resolves.toMatchObject({ imageScanStatus: { status: 'IN_PROGRESS' } })
    expect(await describeImages()).toMatchObject([
      { imageScanFindingsSummary: { findingSeverityCounts: {} } },
    ])
  })

  it('looks at the images of an index, and not at the index', async () => {
    const { ecr, put, describeImages } = await openRepository({ scanOnPush: true })
    const index = imageIndex({ platforms: ['linux/amd64'] })
    for (const child of index.children) await put(child)
    await put(index, 'v1')

    const images = await describeImages()
    const starting = ecr.send(new StartImageScanCommand({ repositoryName, imageId: { imageTag: 'v1' } }))

    expect(images.map(({ imageScanStatus }) => imageScanStatus?.status)).toEqual(['COMPLETE', undefined])
    await expect(starting).rejects.toMatchObject({ name: 'UnsupportedImageTypeException' })
  })

  it('of an archived image is refused, and its findings are gone', async () => {
    const { ecr, put, describeImages, move } = await openRepository({ scanOnPush: true })
    await put(imageManifest(), 'v1')
    await move('v1', 'ARCHIVE')

    const starting = ecr.send(new StartImageScanCommand({ repositoryName, imageId: { imageTag: 'v1' } }))

    await expect(starting).rejects.toMatchObject({ name: 'ImageArchivedException' })
    const [image] = await describeImages('ANY')
    expect(image).not.toHaveProperty('imageScanStatus')
  })
})

describe('BatchDeleteImage', () => {
  async function withIndex() {
    const opened = await openRepository()
    const index = imageIndex({ platforms: ['linux/amd64', 'linux/arm64'] })
    const [amd64, arm64] = index.children
    if (amd64 === undefined || arm64 === undefined) throw new Error('no children')
    await opened.put(amd64, 'amd64')
    await opened.put(arm64)
    await opened.put(index, 'v1')
    return { ...opened, index, amd64, arm64 }
  }

  it('keeps the images of an index until the index is gone', async () => {
    const { describeImages, remove, index, amd64, arm64 } = await withIndex()
    const children = [{ imageDigest: amd64.digest }, { imageDigest: arm64.digest }]

    const early = await remove(...children)
    const late = await remove({ imageDigest: index.digest }, ...children)

    expect(early.imageIds).toEqual([])
    expect(early.failures?.map(({ failureCode }) => failureCode)).toEqual([
      'ImageReferencedByManifestList',
      'ImageReferencedByManifestList',
    ])
    expect(late.failures).toEqual([])
    expect(late.imageIds).toEqual([
      { imageDigest: index.digest, imageTag: 'v1' },
      { imageDigest: amd64.digest, imageTag: 'amd64' },
      { imageDigest: arm64.digest },
    ])
    expect(await describeImages()).toEqual([])
  })

  it('takes the last tag of an image that an index needs, and leaves the image', async () => {
    const { describeImages, remove, amd64 } = await withIndex()

    await remove({ imageTag: 'amd64' })

    const images = await describeImages()
    expect(images).toHaveLength(3)
    expect(images.find(({ imageDigest }) => imageDigest === amd64.digest)).not.toHaveProperty('imageTags')
  })
})

describe('a repository’s policy', () => {
  it('is kept as it was set until it is deleted', async () => {
    const { ecr } = await openRepository()
    const policyText = '{ "Version": "2012-10-17", "Statement": [] }'
    const get = () => ecr.send(new GetRepositoryPolicyCommand({ repositoryName }))
    await expect(get()).rejects.toMatchObject({ name: 'RepositoryPolicyNotFoundException' })

    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }))
    const kept = await get()
    await ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName }))

    expect(kept.policyText).toBe(policyText)
    await expect(get()).rejects.toMatchObject({ name: 'RepositoryPolicyNotFoundException' })
  })

  it('must be one', async () => {
    const { ecr } = await openRepository()

    const setting = ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: '{}' }))

    await expect(setting).rejects.toMatchObject({ name: 'InvalidParameterException' })
  })
})

it('ten thousand images are described in ten pages of a thousand', async () => {
  const { sandbox, clock, ecr } = await openRepository()
  const repository = sandbox.world.state.ecr.repositories[repositoryName]
  if (repository === undefined) throw new Error('no repository')
  for (let number = 0; number < 10_000; number += 1) {
    storeImage(repository, { ...imageManifest({ salt: String(number) }), tag: `v${number}`, at: clock.now() })
  }

  const pages: number[] = []
  let nextToken: string | undefined
  do {
    const page = await ecr.send(new DescribeImagesCommand({ repositoryName, maxResults: 1000, nextToken }))
    pages.push(page.imageDetails?.length ?? 0)
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  const imageIds = repository.images.slice(0, 100).map(({ digest: imageDigest }) => ({ imageDigest }))
  const { failures } = await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }))

  expect(pages).toEqual(Array.from({ length: 10 }, () => 1000))
  expect(failures).toEqual([])
}, 30_000)
