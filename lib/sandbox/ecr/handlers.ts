import type { EcrHandlers, ecr } from '../wire/handlers.ts'
import { AwsError } from '../wire/aws-error.ts'
import { pageOf } from '../page-of.ts'
import type { World } from '../world.ts'
import { deleteImages } from './delete-images.ts'
import { failure } from './failure.ts'
import { imageStatus } from './image-status.ts'
import { layerHandlers, type LayerOptions } from './layers.ts'
import { imageNotFound, theImage, theRepository } from './lookup.ts'
import { parseManifest } from './manifest.ts'
import { newRepository } from './new-repository.ts'
import { policyHandlers } from './policy-handlers.ts'
import { putImage } from './put-image.ts'
import { recordPull } from './record-pull.ts'
import { registryToken } from './registry/token.ts'
import { findingCounts } from './scan.ts'
import { scanHandlers } from './scan-handlers.ts'
import type { ImageState, RepositoryState, TagMutability } from './state.ts'
import { storageHandlers } from './storage-handlers.ts'

export type EcrOptions = LayerOptions & {
  /** Where the registry's protocol is spoken. */
  readonly registryUrl: () => string
}

/** Amazon ECR, private registry. */
export function ecrHandlers(world: World, options: EcrOptions): EcrHandlers {
  const { account, region, clock } = world
  const state = world.state.ecr
  const repositoryOf = (input: { repositoryName?: string; registryId?: string }) =>
    theRepository(world, input)
  const hasStatus = (image: ImageState, filter: { imageStatus?: ecr.ImageStatusFilter } = {}) => {
    const { imageStatus: wanted = 'ACTIVE' } = filter
    return wanted === 'ANY' || imageStatus(image, clock.now()) === wanted
  }
  const byArn = (arn = '') => {
    const repository = Object.values(state.repositories).find(it => it.arn === arn)
    if (repository !== undefined) return repository
    return repositoryOf({ repositoryName: arn.split(':repository/')[1] ?? arn })
  }

  return {
    ...layerHandlers(world, options),
    ...policyHandlers(world),
    ...scanHandlers(world),
    ...storageHandlers(world),

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

    PutImage: async input => {
      const { imageManifest: manifest = '', imageTag: tag } = input
      const repository = repositoryOf(input)
      const image = await putImage(world, repository, {
        manifest,
        mediaType: input.imageManifestMediaType,
        tag,
        digest: input.imageDigest,
        layers: options.layers,
      })
      return { image: pulled(repository, { account, image, tag }) }
    },

    BatchGetImage: input => {
      const repository = repositoryOf(input)
      const images: ecr.Image[] = []
      const failures: ecr.ImageFailure[] = []
      for (const imageId of idsOf(input)) {
        const image = theImage(repository, imageId)
        if (typeof image === 'string') failures.push(failure(imageId, image))
        else if (imageStatus(image, clock.now()) !== 'ACTIVE')
          failures.push(failure(imageId, 'ImageNotFound'))
        else {
          recordPull(image, clock.now())
          images.push(pulled(repository, { account, image, tag: imageId.imageTag }))
        }
      }
      return { images, failures }
    },

    BatchDeleteImage: input => {
      const { deleted, failures } = deleteImages(repositoryOf(input), idsOf(input))
      return { imageIds: [...deleted], failures: [...failures] }
    },

    ListImages: input => {
      const repository = repositoryOf(input)
      const { filter, maxResults, nextToken } = input
      const ids = repository.images
        .filter(image => hasStatus(image, filter) && hasTagStatus(image, filter?.tagStatus))
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
        const images = idsOf({ imageIds }).map(imageId => {
          const image = theImage(repository, imageId)
          if (typeof image === 'string' || !hasStatus(image, filter)) {
            throw imageNotFound(repository, { imageId, account })
          }
          return image
        })
        return { imageDetails: images.map(image => details(world, repository, image)) }
      }
      const matching = repository.images.filter(
        image => hasStatus(image, filter) && hasTagStatus(image, filter?.tagStatus),
      )
      const { page, nextToken: next } = pageOf(matching, {
        ...paging,
        token: nextToken,
        size: maxResults ?? 100,
      })
      return { imageDetails: page.map(image => details(world, repository, image)), nextToken: next }
    },

    GetAuthorizationToken: () => ({
      authorizationData: [
        {
          authorizationToken: registryToken({ expiresAt: clock.now() + tokenLifetime }),
          expiresAt: new Date(clock.now() + tokenLifetime),
          proxyEndpoint: options.registryUrl(),
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

/** Those of a batch, of which ECR takes a hundred. */
function idsOf({ imageIds = [] }: { readonly imageIds?: ecr.ImageIdentifier[] }): ecr.ImageIdentifier[] {
  if (imageIds.length === 0 || imageIds.length > 100) throw invalid("'imageIds' must hold 1 to 100 image ids")
  return imageIds
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

function details({ account, clock }: World, repository: RepositoryState, image: ImageState): ecr.ImageDetail {
  const { pulledAt, archivedAt, activatedAt, scannedAt } = image
  const status = imageStatus(image, clock.now())
  return {
    registryId: account,
    repositoryName: repository.name,
    imageDigest: image.digest,
    ...(image.tags.length === 0 ? {} : { imageTags: [...image.tags] }),
    imageSizeInBytes: image.sizeInBytes,
    imagePushedAt: new Date(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    artifactMediaType: parseManifest(image.manifest)?.config?.mediaType,
    imageStatus: status,
    lastRecordedPullTime: dateOf(pulledAt),
    lastArchivedAt: dateOf(archivedAt),
    lastActivatedAt: status === 'ACTIVE' ? dateOf(activatedAt) : undefined,
    ...(scannedAt === undefined
      ? {}
      : {
          imageScanStatus: { status: 'COMPLETE', description: 'The scan was completed successfully.' },
          imageScanFindingsSummary: {
            imageScanCompletedAt: new Date(scannedAt),
            vulnerabilitySourceUpdatedAt: new Date(scannedAt),
            findingSeverityCounts: findingCounts(image),
          },
        }),
  }
}

function dateOf(at: number | undefined): Date | undefined {
  return at === undefined ? undefined : new Date(at)
}

function hasTagStatus({ tags }: ImageState, status: string | undefined): boolean {
  if (status === 'TAGGED') return tags.length > 0
  return status === 'UNTAGGED' ? tags.length === 0 : true
}
