import type { EcrHandlers, ecr } from '../wire/handlers.ts'
import { AwsError } from '../wire/aws-error.ts'
import { pageOf } from '../page-of.ts'
import type { World } from '../world.ts'
import { digestOf } from './digest-of.ts'
import { imageNotFound, askedWith, isReferenced, theImage, theRepository } from './lookup.ts'
import { layerHandlers, type LayerOptions } from './layers.ts'
import { manifestType, parseManifest } from './manifest.ts'
import { newRepository } from './new-repository.ts'
import { requirePushable } from './pushable.ts'
import { storeImage } from './store-image.ts'
import type { ImageState, RepositoryState, TagMutability } from './state.ts'

/** Amazon ECR, private registry. */
export function ecrHandlers(world: World, options: LayerOptions): EcrHandlers {
  const { account, region, clock } = world
  const state = world.state.ecr
  const repositoryOf = (input: { repositoryName?: string; registryId?: string }) =>
    theRepository(world, input)
  const byArn = (arn = '') => {
    const repository = Object.values(state.repositories).find(it => it.arn === arn)
    if (repository !== undefined) return repository
    return repositoryOf({ repositoryName: arn.split(':repository/')[1] ?? arn })
  }

  return {
    ...layerHandlers(world, options),

    CreateRepository: input => {
      const { repositoryName: name = '', imageScanningConfiguration, tags = [] } = input
      if (!repositoryNames.test(name) || name.length < 2 || name.length > 256) {
        throw invalid(
          `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '${repositoryNames.source.slice(1, -1)}''`,
        )
      }
      if (state.repositories[name] !== undefined) {
        throw new AwsError(
          'RepositoryAlreadyExistsException',
          `The repository with name '${name}' already exists in the registry with id '${account}'`,
        )
      }
      const scanOnPush = imageScanningConfiguration?.scanOnPush
      const repository = newRepository({
        name,
        account,
        region,
        at: clock.now(),
        scanOnPush,
        tags: tagRecord(tags),
      })
      setMutability(repository, input)
      state.repositories[name] = repository
      return { repository: description(repository, account) }
    },

    DescribeRepositories: ({ repositoryNames: names, registryId, maxResults = 100, nextToken }) => {
      if (names !== undefined) {
        const repositories = names.map(repositoryName => repositoryOf({ repositoryName, registryId }))
        return { repositories: repositories.map(it => description(it, account)) }
      }
      const all = registryId === undefined || registryId === account ? Object.values(state.repositories) : []
      const { page, nextToken: next } = pageOf(all, { ...paging, token: nextToken, size: maxResults })
      return { repositories: page.map(it => description(it, account)), nextToken: next }
    },

    DeleteRepository: input => {
      const repository = repositoryOf(input)
      if (repository.images.length > 0 && input.force !== true) {
        throw new AwsError(
          'RepositoryNotEmptyException',
          `The repository with name '${repository.name}' in registry with id '${account}' cannot be deleted because it still contains images`,
        )
      }
      delete state.repositories[repository.name]
      return { repository: description(repository, account) }
    },

    PutImageTagMutability: input => {
      const repository = repositoryOf(input)
      setMutability(repository, input)
      return {
        registryId: account,
        repositoryName: repository.name,
        imageTagMutability: repository.mutability,
        imageTagMutabilityExclusionFilters: exclusionFilters(repository),
      }
    },

    PutImage: input => {
      const { imageManifest: manifest = '', imageTag: tag, imageDigest, imageManifestMediaType } = input
      const repository = repositoryOf(input)
      const digest = digestOf(manifest)
      if (imageDigest !== undefined && imageDigest !== digest) {
        throw new AwsError(
          'ImageDigestDoesNotMatchException',
          `The image manifest's digest is ${digest}, not ${imageDigest}.`,
        )
      }
      const { mediaType = imageManifestMediaType ?? manifestType } = requirePushable(repository, {
        manifest,
        tag,
        digest,
      })
      const image = storeImage(repository, { manifest, mediaType, digest, tag, at: clock.now() })
      return { image: pulled(repository, { account, image, tag }) }
    },

    BatchGetImage: input => {
      const repository = repositoryOf(input)
      const { imageIds = [] } = input
      if (imageIds.length === 0 || imageIds.length > 100)
        throw invalid("'imageIds' must hold 1 to 100 image ids")
      const images: ecr.Image[] = []
      const failures: ecr.ImageFailure[] = []
      for (const imageId of imageIds) {
        const image = theImage(repository, imageId)
        if (typeof image === 'string') failures.push(failure(imageId, image))
        else images.push(pulled(repository, { account, image, tag: imageId.imageTag }))
      }
      return { images, failures }
    },

    BatchDeleteImage: input => {
      const repository = repositoryOf(input)
      const { imageIds = [] } = input
      if (imageIds.length === 0 || imageIds.length > 100)
        throw invalid("'imageIds' must hold 1 to 100 image ids")
      const deleted: ecr.ImageIdentifier[] = []
      const failures: ecr.ImageFailure[] = []
      for (const imageId of imageIds) {
        const image = theImage(repository, imageId)
        if (typeof image === 'string') failures.push(failure(imageId, image))
        else if (isReferenced(repository, image) && imageId.imageTag === undefined) {
          failures.push(failure(imageId, 'ImageReferencedByManifestList'))
        } else deleted.push(...deleteImage(repository, { image, tag: imageId.imageTag }))
      }
      return { imageIds: deleted, failures }
    },

    ListImages: input => {
      const repository = repositoryOf(input)
      const { filter, maxResults, nextToken } = input
      const ids = repository.images
        .filter(image => hasTagStatus(image, filter?.tagStatus))
        .flatMap(({ digest, tags }): ecr.ImageIdentifier[] =>
          tags.length === 0
            ? [{ imageDigest: digest }]
            : tags.map(imageTag => ({ imageDigest: digest, imageTag })),
        )
      const { page, nextToken: next } = pageOf(ids, { ...paging, token: nextToken, size: maxResults ?? 100 })
      return { imageIds: [...page], nextToken: next }
    },

    DescribeImages: input => {
      const repository = repositoryOf(input)
      const { imageIds, filter, maxResults, nextToken } = input
      if (imageIds !== undefined) {
        if (maxResults !== undefined || nextToken !== undefined) {
          throw invalid("'maxResults' and 'nextToken' cannot be used with 'imageIds'")
        }
        const images = imageIds.map(imageId => {
          const image = theImage(repository, imageId)
          if (typeof image === 'string') throw imageNotFound(repository, { imageId, account })
          return image
        })
        return { imageDetails: images.map(image => details(repository, { account, image })) }
      }
      // Nothing is ever archived here: all images are ACTIVE.
      const status = filter?.imageStatus
      const inStatus =
        status === undefined || status === 'ACTIVE' || status === 'ANY' ? repository.images : []
      const matching = inStatus.filter(image => hasTagStatus(image, filter?.tagStatus))
      const { page, nextToken: next } = pageOf(matching, {
        ...paging,
        token: nextToken,
        size: maxResults ?? 100,
      })
      return { imageDetails: page.map(image => details(repository, { account, image })), nextToken: next }
    },

    GetAuthorizationToken: () => ({
      authorizationData: [
        {
          authorizationToken: Buffer.from('AWS:tapit-sandbox').toString('base64'),
          expiresAt: new Date(clock.now() + tokenLifetime),
          proxyEndpoint: `https://${account}.dkr.ecr.${region}.amazonaws.com`,
        },
      ],
    }),

    TagResource: ({ resourceArn, tags = [] }) => {
      const repository = byArn(resourceArn)
      repository.tags = { ...repository.tags, ...tagRecord(tags) }
      return {}
    },

    UntagResource: ({ resourceArn, tagKeys = [] }) => {
      const repository = byArn(resourceArn)
      repository.tags = Object.fromEntries(
        Object.entries(repository.tags).filter(([key]) => !tagKeys.includes(key)),
      )
      return {}
    },

    ListTagsForResource: ({ resourceArn }) => ({
      tags: Object.entries(byArn(resourceArn).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  }
}

const repositoryNames = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/
const paging = { largest: 1000, invalidToken: 'InvalidParameterException' }
const tokenLifetime = 12 * 60 * 60 * 1000

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message)
}

function tagRecord(tags: readonly ecr.Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
}

type MutabilityInput = {
  readonly imageTagMutability?: TagMutability
  readonly imageTagMutabilityExclusionFilters?: readonly ecr.ImageTagMutabilityExclusionFilter[]
}

function setMutability(repository: RepositoryState, input: MutabilityInput): void {
  const { imageTagMutability: mutability = 'MUTABLE', imageTagMutabilityExclusionFilters: filters = [] } =
    input
  if (!mutabilities.includes(mutability))
    throw invalid(`'imageTagMutability' must be one of ${mutabilities.join(', ')}`)
  if (mutability.endsWith('_WITH_EXCLUSION') !== filters.length > 0) {
    throw invalid(
      "'imageTagMutabilityExclusionFilters' go with an 'imageTagMutability' that ends in _WITH_EXCLUSION",
    )
  }
  repository.mutability = mutability
  repository.mutabilityExclusions = filters.map(({ filter = '' }) => filter)
}

const mutabilities: readonly TagMutability[] = [
  'MUTABLE',
  'IMMUTABLE',
  'IMMUTABLE_WITH_EXCLUSION',
  'MUTABLE_WITH_EXCLUSION',
]

function exclusionFilters({
  mutabilityExclusions,
}: RepositoryState): ecr.ImageTagMutabilityExclusionFilter[] | undefined {
  if (mutabilityExclusions.length === 0) return undefined
  return mutabilityExclusions.map(filter => ({ filterType: 'WILDCARD', filter }))
}

function description(repository: RepositoryState, registryId: string): ecr.Repository {
  const { name, arn, uri, createdAt, mutability, scanOnPush } = repository
  return {
    repositoryArn: arn,
    registryId,
    repositoryName: name,
    repositoryUri: uri,
    createdAt: new Date(createdAt),
    imageTagMutability: mutability,
    imageTagMutabilityExclusionFilters: exclusionFilters(repository),
    imageScanningConfiguration: { scanOnPush },
    encryptionConfiguration: { encryptionType: 'AES256' },
  }
}

type ImageOptions = { readonly account: string; readonly image: ImageState; readonly tag?: string }

function pulled(repository: RepositoryState, { account, image, tag }: ImageOptions): ecr.Image {
  return {
    registryId: account,
    repositoryName: repository.name,
    imageId: { imageDigest: image.digest, ...(tag === undefined ? {} : { imageTag: tag }) },
    imageManifest: image.manifest,
    imageManifestMediaType: image.mediaType,
  }
}

function details(repository: RepositoryState, { account, image }: ImageOptions): ecr.ImageDetail {
  return {
    registryId: account,
    repositoryName: repository.name,
    imageDigest: image.digest,
    ...(image.tags.length === 0 ? {} : { imageTags: [...image.tags] }),
    imageSizeInBytes: image.sizeInBytes,
    imagePushedAt: new Date(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    artifactMediaType: parseManifest(image.manifest)?.config?.mediaType,
    imageStatus: 'ACTIVE',
  }
}

function hasTagStatus({ tags }: ImageState, status: string | undefined): boolean {
  if (status === 'TAGGED') return tags.length > 0
  return status === 'UNTAGGED' ? tags.length === 0 : true
}

function failure(imageId: ecr.ImageIdentifier, failureCode: ecr.ImageFailureCode): ecr.ImageFailure {
  return { imageId: askedWith(imageId), failureCode, failureReason: failureReasons[failureCode] }
}

const failureReasons: Partial<Record<ecr.ImageFailureCode, string>> = {
  ImageNotFound: 'Requested image not found',
  InvalidImageDigest:
    "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
  MissingDigestAndTag: 'Invalid request parameters: both tag and digest cannot be null',
  ImageTagDoesNotMatchDigest: 'The specified tag does not match the specified digest',
  ImageReferencedByManifestList: 'Requested image referenced by manifest list',
}

/** By digest the image goes with all its tags; by tag only the tag goes, and the image with its last one. */
function deleteImage(
  repository: RepositoryState,
  { image, tag }: { image: ImageState; tag?: string },
): ecr.ImageIdentifier[] {
  const { digest: imageDigest, tags } = image
  const gone = tag === undefined ? tags : [tag]
  image.tags = tags.filter(it => !gone.includes(it))
  if (image.tags.length === 0) repository.images.splice(repository.images.indexOf(image), 1)
  return gone.length === 0 ? [{ imageDigest }] : gone.map(imageTag => ({ imageDigest, imageTag }))
}
