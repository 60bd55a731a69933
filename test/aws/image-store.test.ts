import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  GetRepositoryPolicyCommand,
  ImageAlreadyExistsException,
  ImageNotFoundException,
  ImageTagAlreadyExistsException,
  PutImageCommand,
  RepositoryNotFoundException,
  RepositoryPolicyNotFoundException,
  ScanNotFoundException,
} from '@aws-sdk/client-ecr'
import { mockClient } from 'aws-sdk-client-mock'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { awsImageStore } from '../../lib/adapters/aws/image-store.ts'

const metadata = { message: 'no', $metadata: {} }
const repository = '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web'
const place = { registryId: '123456789012', repositoryName: 'shop/web' }
const mock = mockClient(ECRClient)
const asked: (string | undefined)[] = []
const store = awsImageStore(of => {
  asked.push(of)
  return new ECRClient({ region: of ?? 'eu-west-1' })
})

beforeEach(() => {
  mock.reset()
  asked.length = 0
})

describe('a page of images', () => {
  it('holds tagged and untagged ones of every status, in the repository’s own account and region', async () => {
    mock.on(DescribeImagesCommand).resolves({
      imageDetails: [
        {
          imageDigest: 'sha256:1',
          imageTags: ['v1', 'latest'],
          imagePushedAt: new Date(5),
          lastRecordedPullTime: new Date(7),
          imageSizeInBytes: 11,
          imageStatus: 'ARCHIVED',
          imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
          artifactMediaType: 'application/vnd.oci.image.config.v1+json',
        },
        { imageDigest: 'sha256:2', subjectManifestDigest: 'sha256:1' },
      ],
      nextToken: 'more',
    })

    const page = await store.page(repository, 'from')

    expect(mock.commandCalls(DescribeImagesCommand)[0]?.args[0].input).toEqual({
      ...place,
      filter: { imageStatus: 'ANY' },
      maxResults: 1_000,
      nextToken: 'from',
    })
    expect(asked).toEqual(['us-east-1'])
    expect(page).toEqual({
      images: [
        {
          digest: 'sha256:1',
          tags: ['v1', 'latest'],
          pushedAt: 5,
          pulledAt: 7,
          sizeInBytes: 11,
          status: 'ARCHIVED',
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          artifactType: 'application/vnd.oci.image.config.v1+json',
        },
        { digest: 'sha256:2', tags: [], status: 'ACTIVE', subject: 'sha256:1' },
      ],
      next: 'more',
    })
  })

  it('leaves untagged ones out where only tagged ones are wanted', async () => {
    mock.on(DescribeImagesCommand).resolves({})

    expect(await store.page(repository, undefined, 'tagged')).toEqual({ images: [] })

    expect(mock.commandCalls(DescribeImagesCommand)[0]?.args[0].input.filter).toEqual({
      imageStatus: 'ANY',
      tagStatus: 'TAGGED',
    })
  })

  it('fails where there is no such repository, with its whole name', async () => {
    mock.on(DescribeImagesCommand).rejects(new RepositoryNotFoundException(metadata))

    await expect(store.page(repository)).rejects.toMatchObject({
      kind: 'missing',
      code: 'repository_not_found',
      message: `there is no ECR repository ${repository}`,
    })
  })
})

it('describes images by digest without those that are missing, though ECR then answers nothing', async () => {
  mock
    .on(DescribeImagesCommand)
    .rejects(new ImageNotFoundException(metadata))
    .on(DescribeImagesCommand, {
      ...place,
      filter: { imageStatus: 'ANY' },
      imageIds: [{ imageDigest: 'sha256:1' }],
    })
    .resolves({ imageDetails: [{ imageDigest: 'sha256:1' }] })
    .on(DescribeImagesCommand, {
      ...place,
      filter: { imageStatus: 'ANY' },
      imageIds: [{ imageDigest: 'sha256:3' }],
    })
    .resolves({ imageDetails: [{ imageDigest: 'sha256:3' }] })

  const found = await store.described(repository, ['sha256:1', 'sha256:2', 'sha256:3'])

  expect(found.map(({ digest }) => digest)).toEqual(['sha256:1', 'sha256:3'])
})

describe('manifests', () => {
  it('come by tag or digest, byte for byte, without those that are gone or archived', async () => {
    mock.on(BatchGetImageCommand).resolves({
      images: [
        {
          imageId: { imageDigest: 'sha256:1', imageTag: 'v1' },
          imageManifest: '{ "a" : 1 }\n',
          imageManifestMediaType: 'type',
        },
      ],
      failures: [
        { imageId: { imageTag: 'v2' }, failureCode: 'ImageNotFound' },
        { imageId: { imageTag: 'v3' }, failureCode: 'ImageInaccessible' },
      ],
    })

    const found = await store.manifests(repository, [{ tag: 'v1' }, { tag: 'v2' }, { digest: 'sha256:3' }])

    expect(found).toEqual([{ digest: 'sha256:1', mediaType: 'type', text: '{ "a" : 1 }\n' }])
    const [call] = mock.commandCalls(BatchGetImageCommand)
    expect(call?.args[0].input).toMatchObject({
      ...place,
      imageIds: [{ imageTag: 'v1' }, { imageTag: 'v2' }, { imageDigest: 'sha256:3' }],
    })
    expect(call?.args[0].input.acceptedMediaTypes).toHaveLength(4)
  })

  it('fail where ECR does not give one out', async () => {
    mock.on(BatchGetImageCommand).resolves({
      failures: [{ imageId: { imageTag: 'v1' }, failureCode: 'KmsError', failureReason: 'key' }],
    })

    await expect(store.manifests(repository, [{ tag: 'v1' }])).rejects.toMatchObject({
      code: 'aws_refused',
      message: `ECR does not give out ${repository}:v1: key (KmsError)`,
    })
  })
})

describe('an image’s configuration', () => {
  it('is that of an index’s first platform, read from where ECR says that it lies', async () => {
    const text = JSON.stringify({
      created: '2026-11-20T10:00:00Z',
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      config: { Labels: { 'org.opencontainers.image.revision': '4be1a77' } },
    })
    const { url, headers } = await served(text)
    mock
      .on(BatchGetImageCommand, { imageIds: [{ imageDigest: 'sha256:index' }] })
      .resolves(
        stored('sha256:index', {
          manifests: [
            { digest: 'sha256:attestation', platform: { os: 'unknown', architecture: 'unknown' } },
            { digest: 'sha256:arm64', platform: { os: 'linux', architecture: 'arm64' } },
          ],
        }),
      )
      .on(BatchGetImageCommand, { imageIds: [{ imageDigest: 'sha256:arm64' }] })
      .resolves(stored('sha256:arm64', { config: { digest: digestOf(text), mediaType: imageConfig } }))
      .on(GetDownloadUrlForLayerCommand, { ...place, layerDigest: digestOf(text) })
      .resolves({ downloadUrl: url })

    const config = await store.config(repository, 'sha256:index')

    expect(config).toEqual({
      labels: { 'org.opencontainers.image.revision': '4be1a77' },
      createdAt: Date.parse('2026-11-20T10:00:00Z'),
      platform: 'linux/arm64',
    })
    expect(headers()['authorization']).toBeUndefined()
  })

  it('has no time of making where the build was a reproducible one', async () => {
    const text = JSON.stringify({ created: '0001-01-01T00:00:00Z', os: 'linux', architecture: 'amd64' })
    await storedWith(text)

    expect(await store.config(repository, 'sha256:1')).toEqual({ labels: {}, platform: 'linux/amd64' })
  })

  it('has no labels but texts, whatever somebody has pushed', async () => {
    const Labels = { good: 'text', number: 5, object: { a: 1 }, nothing: null }
    await storedWith(JSON.stringify({ config: { Labels } }))

    expect(await store.config(repository, 'sha256:1')).toEqual({ labels: { good: 'text' } })
  })

  it.each([
    ['another one than was asked for', JSON.stringify({ os: 'linux' }), 'it is sha256:'],
    ['larger than any configuration', ' '.repeat(5_000_000), 'it is larger than 4194304 bytes'],
  ])('is refused where it is %s', async (_, text, reason) => {
    await storedWith('{}', text)

    await expect(store.config(repository, 'sha256:1')).rejects.toMatchObject({
      code: 'image_config_unreadable',
      message: expect.stringContaining(reason),
    })
  })

  it('fails as trouble where its place does not answer', async () => {
    await storedWith('{}', { status: 403 })

    await expect(store.config(repository, 'sha256:1')).rejects.toMatchObject({
      kind: 'transient',
      message: expect.stringContaining('HTTP 403'),
    })
  })

  it('is absent for what is no image, such as a build cache', async () => {
    mock.on(BatchGetImageCommand).resolves(
      stored('sha256:1', {
        config: { digest: 'sha256:2', mediaType: 'application/vnd.buildkit.cacheconfig.v0' },
      }),
    )

    expect(await store.config(repository, 'sha256:1')).toBeUndefined()
  })
})

describe('a scan', () => {
  it('is told by the number of its findings of each severity', async () => {
    mock.on(DescribeImageScanFindingsCommand, { ...place, imageId: { imageDigest: 'sha256:1' } }).resolves({
      imageScanStatus: { status: 'COMPLETE' },
      imageScanFindings: {
        imageScanCompletedAt: new Date(9),
        findingSeverityCounts: { CRITICAL: 1, HIGH: 3 },
      },
    })

    expect(await store.scan(repository, 'sha256:1')).toEqual({
      status: 'COMPLETE',
      findings: { CRITICAL: 1, HIGH: 3 },
      scannedAt: 9,
    })
  })

  it('is absent where there was none', async () => {
    mock.on(DescribeImageScanFindingsCommand).rejects(new ScanNotFoundException(metadata))

    expect(await store.scan(repository, 'sha256:1')).toBeUndefined()
  })
})

it('answers what was removed and what ECR keeps, each once; what was gone already is neither', async () => {
  mock.on(BatchDeleteImageCommand).resolves({
    imageIds: [
      { imageDigest: 'sha256:1', imageTag: 'v1' },
      { imageDigest: 'sha256:1', imageTag: 'latest' },
    ],
    failures: [
      {
        imageId: { imageDigest: 'sha256:2' },
        failureCode: 'ImageReferencedByManifestList',
        failureReason: 'in use',
      },
      { imageId: { imageDigest: 'sha256:3' }, failureCode: 'ImageNotFound' },
    ],
  })

  expect(await store.remove(repository, ['sha256:1', 'sha256:2', 'sha256:3'])).toEqual({
    removed: ['sha256:1'],
    kept: [{ digest: 'sha256:2', why: 'in use (ImageReferencedByManifestList)' }],
  })
  expect(mock.commandCalls(BatchDeleteImageCommand)[0]?.args[0].input.imageIds).toEqual([
    { imageDigest: 'sha256:1' },
    { imageDigest: 'sha256:2' },
    { imageDigest: 'sha256:3' },
  ])
})

describe('a tag', () => {
  const manifest = { text: '{}', mediaType: 'type', digest: 'sha256:1' }

  it('is given by pushing the manifest that is there once more', async () => {
    mock.on(PutImageCommand).resolves({})

    expect(await store.tag(repository, manifest, 'v2')).toBe('tagged')

    expect(mock.commandCalls(PutImageCommand)[0]?.args[0].input).toEqual({
      ...place,
      imageManifest: '{}',
      imageManifestMediaType: 'type',
      imageTag: 'v2',
      imageDigest: 'sha256:1',
    })
  })

  it.each([
    ['was_tagged', new ImageAlreadyExistsException(metadata)],
    ['immutable', new ImageTagAlreadyExistsException(metadata)],
  ])('%s where ECR says so', async (answer, error) => {
    mock.on(PutImageCommand).rejects(error)

    expect(await store.tag(repository, manifest, 'v2')).toBe(answer)
  })
})

describe('repositories', () => {
  const other = '123456789012.dkr.ecr.us-east-1.amazonaws.com/other'

  it('tell which of their tags may move', async () => {
    mock
      .on(DescribeRepositoriesCommand, { registryId: '123456789012', repositoryNames: ['shop/web'] })
      .resolves({
        repositories: [
          {
            repositoryName: 'shop/web',
            repositoryUri: 'as AWS writes it',
            imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
            imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'cache*' }],
          },
        ],
      })

    expect(await store.repositories([repository])).toEqual([
      { uri: repository, name: 'shop/web', mutability: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['cache*'] },
    ])
    expect(asked).toEqual(['us-east-1'])
  })

  it('are left out where they are missing, though ECR then answers none at all', async () => {
    mock
      .on(DescribeRepositoriesCommand)
      .rejects(new RepositoryNotFoundException(metadata))
      .on(DescribeRepositoriesCommand, { repositoryNames: ['other'] })
      .resolves({ repositories: [{ repositoryName: 'other' }] })

    expect(await store.repositories([repository, other])).toEqual([
      { uri: other, name: 'other', mutability: 'MUTABLE', exclusions: [] },
    ])
  })

  it('are not asked for where there are none', async () => {
    expect(await store.repositories([])).toEqual([])

    expect(mock.calls()).toEqual([])
  })
})

describe('a repository is shared', () => {
  it.each([
    [false, 'its own account may pull', { AWS: 'arn:aws:iam::123456789012:root' }, 'ecr:BatchGetImage'],
    [false, 'a role of its own account may', { AWS: ['123456789012'] }, 'ecr:*'],
    [true, 'another account may pull', { AWS: ['123456789012', '444455556666'] }, 'ecr:BatchGetImage'],
    [true, 'everybody may do everything', '*', '*'],
    [true, 'a service of AWS may pull', { Service: 'lambda.amazonaws.com' }, ['ecr:batchgetimage']],
    [true, 'somebody who was deleted may pull', { AWS: 'AIDACKCEVSQ6C2EXAMPLE' }, 'ecr:Batch*'],
    [false, 'another account may only look', { AWS: '444455556666' }, 'ecr:DescribeImages'],
    [false, 'an action has more stars than letters', { AWS: '444455556666' }, `ecr:${'*'.repeat(40)}x`],
  ])('%s where %s', async (answer, _, principal, action) => {
    const policy = { Statement: [{ Effect: 'Allow', Principal: principal, Action: action }] }
    mock.on(GetRepositoryPolicyCommand).resolves({ policyText: JSON.stringify(policy) })

    expect(await store.isShared(repository)).toBe(answer)
  })

  it.each([
    [false, 'others are denied', { Effect: 'Deny', Principal: '*', Action: '*' }],
    [true, 'all but an action is allowed', { Effect: 'Allow', Principal: '*', NotAction: 'ecr:PutImage' }],
    [true, 'all but somebody may', { Effect: 'Allow', NotPrincipal: { AWS: '1' }, Action: 'ecr:*' }],
  ])('%s where %s', async (answer, _, statement) => {
    mock.on(GetRepositoryPolicyCommand).resolves({ policyText: JSON.stringify({ Statement: statement }) })

    expect(await store.isShared(repository)).toBe(answer)
  })

  it('not where it has no policy', async () => {
    mock.on(GetRepositoryPolicyCommand).rejects(new RepositoryPolicyNotFoundException(metadata))

    expect(await store.isShared(repository)).toBe(false)
  })
})

describe('an authorization', () => {
  const token = (proxyEndpoint: string) => ({
    authorizationData: [
      {
        authorizationToken: Buffer.from('AWS:secret:word').toString('base64'),
        proxyEndpoint,
        expiresAt: new Date(5),
      },
    ],
  })

  it('is for the registry of the repository, whosever account asks', async () => {
    mock
      .on(GetAuthorizationTokenCommand)
      .resolves(token('https://999999999999.dkr.ecr.us-east-1.amazonaws.com'))

    expect(await store.authorization(repository)).toEqual({
      username: 'AWS',
      password: 'secret:word',
      endpoint: 'https://123456789012.dkr.ecr.us-east-1.amazonaws.com',
      expiresAt: 5,
    })
    expect(asked).toEqual(['us-east-1'])
  })

  it('is for the registry that stands where ECR would, where one does', async () => {
    mock.on(GetAuthorizationTokenCommand).resolves(token('http://127.0.0.1:5000'))

    expect(await store.authorization(repository)).toMatchObject({ endpoint: 'http://127.0.0.1:5000' })
  })

  it('fails where ECR gives none', async () => {
    mock.on(GetAuthorizationTokenCommand).resolves({})

    await expect(store.authorization(repository)).rejects.toMatchObject({
      message: `ECR gave no credentials for ${repository}`,
    })
  })
})

const imageConfig = 'application/vnd.oci.image.config.v1+json'

function stored(imageDigest: string, manifest: object) {
  return { images: [{ imageId: { imageDigest }, imageManifest: JSON.stringify(manifest) }] }
}

/** An image `sha256:1` with this configuration; what is fetched is another text, or nothing, where one is given. */
async function storedWith(
  config: string,
  answer: string | { readonly status: number } = config,
): Promise<void> {
  const { url } = await served(answer)
  mock
    .on(BatchGetImageCommand)
    .resolves(stored('sha256:1', { config: { digest: digestOf(config), mediaType: imageConfig } }))
    .on(GetDownloadUrlForLayerCommand)
    .resolves({ downloadUrl: url })
}

async function served(answer: string | { readonly status: number }) {
  let headers: Readonly<Record<string, string | string[] | undefined>> = {}
  const server = createServer((request, response) => {
    headers = request.headers
    if (typeof answer === 'string') response.end(answer)
    else response.writeHead(answer.status).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/blob?X-Amz-Signature=abc`, headers: () => headers }
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}
