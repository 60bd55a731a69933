import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  GetDownloadUrlForLayerCommand,
  ListImagesCommand,
  PutImageCommand,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr'
import { describe, expect, it } from 'vitest'
import { findImage } from '../../../lib/sandbox/ecr/find-image.ts'
import { imageIndex, imageManifest } from '../../../lib/sandbox/ecr/image-manifest.ts'
import { pushImage } from '../../../lib/sandbox/push-image.ts'
import { openTestSandbox } from '../wire/open-test-sandbox.ts'

const repositoryName = 'shop'
const account = '123456789012'
const region = 'us-east-1'
const registry = `${account}.dkr.ecr.${region}.amazonaws.com`

async function openWithRepository() {
  const opened = await openTestSandbox()
  const ecr = new ECRClient(opened.client)
  await ecr.send(new CreateRepositoryCommand({ repositoryName }))
  const put = (imageManifest: string, imageTag?: string) =>
    ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag }))
  return { ...opened, ecr, put }
}

describe('PutImage', () => {
  it('moves a tag to the image that was pushed last', async () => {
    const { ecr, put } = await openWithRepository()
    const [first, second] = [imageManifest({ salt: '1' }), imageManifest({ salt: '2' })]

    await put(first.manifest, 'latest')
    await put(second.manifest, 'latest')

    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }))
    expect(imageDetails?.map(({ imageDigest, imageTags }) => [imageDigest, imageTags])).toEqual([
      [first.digest, undefined],
      [second.digest, ['latest']],
    ])
  })

  it.each([
    ['the same image and tag again', imageManifest(), 'v1', 'ImageAlreadyExistsException'],
    ['no manifest', { manifest: '{"schemaVersion":2}' }, 'v2', 'InvalidParameterException'],
    [
      'a behaviour that does not exist',
      { manifest: imageManifest({ behaviour: 'crash' }).manifest.replace('"crash"', '"crush"') },
      'v2',
      'InvalidParameterException',
    ],
    [
      'an index before its images',
      imageIndex({ platforms: ['linux/arm64'] }),
      'v2',
      'ReferencedImagesNotFoundException',
    ],
    [
      'an image before its layers',
      { manifest: imageManifest({ salt: 'another' }).manifest.replaceAll(/,"data":"[^"]*"/g, '') },
      'v2',
      'LayersNotFoundException',
    ],
  ])('refuses %s', async (_, { manifest }, tag, name) => {
    const { put } = await openWithRepository()
    await put(imageManifest().manifest, 'v1')

    await expect(put(manifest, tag)).rejects.toMatchObject({ name })
  })

  it('refuses to move an immutable tag, but for the excluded ones', async () => {
    const { ecr, put } = await openWithRepository()
    const imageTagMutabilityExclusionFilters = [{ filterType: 'WILDCARD' as const, filter: 'env-*' }]
    const imageTagMutability = 'IMMUTABLE_WITH_EXCLUSION'
    await ecr.send(
      new PutImageTagMutabilityCommand({
        repositoryName,
        imageTagMutability,
        imageTagMutabilityExclusionFilters,
      }),
    )
    await put(imageManifest().manifest, 'v1')
    await put(imageManifest().manifest, 'env-prod')
    const { manifest, digest } = imageManifest({ salt: 'another' })

    await expect(put(manifest, 'v1')).rejects.toMatchObject({ name: 'ImageTagAlreadyExistsException' })
    await expect(put(manifest, 'env-prod')).resolves.toMatchObject({
      image: { imageId: { imageDigest: digest } },
    })
  })
})

describe('reading images', () => {
  it('fails for a tag that does not exist with the words of ECR', async () => {
    const { ecr } = await openWithRepository()

    const describing = ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'v9' }] }))

    await expect(describing).rejects.toMatchObject({
      name: 'ImageNotFoundException',
      message:
        "The image with imageId {imageDigest:'null', imageTag:'v9'} does not exist within the repository with name 'shop' in the registry with id '123456789012'",
    })
  })

  it('says for each image of a batch why it is missing', async () => {
    const { ecr, put } = await openWithRepository()
    const { manifest, digest } = imageManifest()
    await put(manifest, 'v1')
    const imageIds = [{ imageTag: 'v1' }, { imageTag: 'v9' }, { imageTag: 'v9', imageDigest: digest }, {}]

    const { images, failures } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }))

    expect(images).toMatchObject([
      { imageManifest: manifest, imageId: { imageTag: 'v1', imageDigest: digest } },
    ])
    expect(failures?.map(({ failureCode }) => failureCode)).toEqual([
      'ImageNotFound',
      'ImageTagDoesNotMatchDigest',
      'MissingDigestAndTag',
    ])
  })

  it('comes in pages', async () => {
    const { ecr, put } = await openWithRepository()
    for (const tag of ['a', 'b', 'c']) await put(imageManifest({ salt: tag }).manifest, tag)

    const first = await ecr.send(new ListImagesCommand({ repositoryName, maxResults: 2 }))
    const second = await ecr.send(
      new ListImagesCommand({ repositoryName, maxResults: 2, nextToken: first.nextToken }),
    )

    expect([first, second].map(({ imageIds }) => imageIds?.map(({ imageTag }) => imageTag))).toEqual([
      ['a', 'b'],
      ['c'],
    ])
    expect(second.nextToken).toBeUndefined()
  })

  it('tells the CPU architecture of an image by its configuration', async () => {
    const { ecr, put } = await openWithRepository()
    const { manifest } = imageManifest({ behaviour: 'wrong-arch' })
    await put(manifest, 'v1')
    const { config }: { config: { digest: string } } = JSON.parse(manifest)

    const { downloadUrl = '' } = await ecr.send(
      new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: config.digest }),
    )

    expect(await (await fetch(downloadUrl)).json()).toMatchObject({ os: 'linux', architecture: 'arm64' })
  })
})

it('a layer with a name that every object knows is not there', async () => {
  const { ecr } = await openWithRepository()

  const { layers } = await ecr.send(
    new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: ['constructor'] }),
  )

  expect(layers).toMatchObject([{ layerAvailability: 'UNAVAILABLE' }])
})

it('BatchDeleteImage takes the tag, and the image with its last tag', async () => {
  const { ecr, put } = await openWithRepository()
  const { manifest, digest } = imageManifest()
  await put(manifest, 'a')
  await put(manifest, 'b')
  const remove = (imageTag: string) =>
    ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag }] }))

  await remove('a')
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }))
  await remove('b')
  const { imageIds } = await ecr.send(new ListImagesCommand({ repositoryName }))

  expect(imageDetails).toMatchObject([{ imageDigest: digest, imageTags: ['b'] }])
  expect(imageIds).toEqual([])
})

describe('an image, as a task finds it,', () => {
  it('behaves and logs as it was pushed to, each process in its own way', async () => {
    const { sandbox, url } = await openWithRepository()
    const options = {
      url,
      region,
      repository: 'shop',
      tag: 'v1',
      behaviour: 'crash',
      processes: ['worker'],
    } as const

    const { digest, pushed } = await pushImage({ ...options, log: ['one', 'two'] })
    const again = await pushImage({ ...options, log: ['one', 'two'] })

    const image = findImage(sandbox.world.state.ecr, {
      account,
      region,
      reference: `${registry}/shop@${digest}`,
    })
    expect([pushed, again]).toEqual([true, { digest, pushed: false }])
    expect(image?.behaviour('worker')).toBe('crash')
    expect(image?.behaviour('default')).toBe('ok')
    expect(image?.logLines('worker')).toEqual(['one', 'two'])
    expect(image?.platforms).toEqual(['linux/amd64'])
  })

  it.each([
    [`${registry}/shop:v1`, true],
    [`${registry}/shop`, false],
    [`${registry}/shop:v2`, false],
    [`${registry}/other:v1`, false],
    [`${registry}/constructor:v1`, false],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v1', false],
    ['public.ecr.aws/nginx:latest', false],
  ])('%s is there: %s', async (reference, isThere) => {
    const { sandbox, put } = await openWithRepository()
    await put(imageManifest().manifest, 'v1')

    expect(findImage(sandbox.world.state.ecr, { account, region, reference }) !== undefined).toBe(isThere)
  })
})

it('pushImage says why ECR refuses', async () => {
  const { url } = await openTestSandbox()

  const pushing = pushImage({ url, region, repository: 'nope', tag: 'v1' })

  await expect(pushing).rejects.toMatchObject({ code: 'RepositoryNotFoundException' })
})
