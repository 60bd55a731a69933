import type { ecr } from '../wire/handlers.ts'
import { AwsError } from '../wire/aws-error.ts'
import type { World } from '../world.ts'
import { parseManifest } from './manifest.ts'
import type { ImageState, RepositoryState } from './state.ts'

export type RepositoryInput = { readonly repositoryName?: string; readonly registryId?: string }

export function theRepository(
  { account, state }: World,
  { repositoryName: name = '', registryId = account }: RepositoryInput,
): RepositoryState {
  const repository = registryId === account ? state.ecr.repositories[name] : undefined
  if (repository !== undefined) return repository
  throw new AwsError(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
  )
}

/** The image of an id, or the code of why there is none. */
export function theImage(
  repository: RepositoryState,
  { imageDigest, imageTag }: ecr.ImageIdentifier,
): ImageState | ecr.ImageFailureCode {
  if (imageDigest === undefined && imageTag === undefined) return 'MissingDigestAndTag'
  if (imageDigest !== undefined && !/^[\w+.-]+:[a-fA-F0-9]+$/.test(imageDigest)) return 'InvalidImageDigest'
  const image = repository.images.find(({ digest, tags }) =>
    imageDigest === undefined ? imageTag !== undefined && tags.includes(imageTag) : digest === imageDigest,
  )
  if (image === undefined) return 'ImageNotFound'
  return imageTag === undefined || image.tags.includes(imageTag) ? image : 'ImageTagDoesNotMatchDigest'
}

export type MissingImage = { readonly imageId: ecr.ImageIdentifier; readonly account: string }

export function imageNotFound({ name }: RepositoryState, { imageId, account }: MissingImage): AwsError {
  const { imageDigest = 'null', imageTag = 'null' } = imageId
  return new AwsError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${imageDigest}', imageTag:'${imageTag}'} does not exist within the repository with name '${name}' in the registry with id '${account}'`,
  )
}

/** How many indexes need each image: it cannot be deleted before them. */
export function referenceCounts({ images }: RepositoryState): Map<string, number> {
  const counts = new Map<string, number>()
  for (const digest of images.flatMap(childDigests)) counts.set(digest, (counts.get(digest) ?? 0) + 1)
  return counts
}

export function childDigests({ manifest }: Pick<ImageState, 'manifest'>): readonly string[] {
  // Not every one of ten thousand manifests needs parsing.
  if (!manifest.includes('"manifests"')) return []
  return parseManifest(manifest)?.manifests?.map(({ digest }) => digest) ?? []
}

/** Only the members that were asked with. */
export function askedWith({ imageDigest, imageTag }: ecr.ImageIdentifier): ecr.ImageIdentifier {
  return {
    ...(imageDigest === undefined ? {} : { imageDigest }),
    ...(imageTag === undefined ? {} : { imageTag }),
  }
}
