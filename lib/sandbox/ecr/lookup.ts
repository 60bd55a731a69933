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

/** Whether an index still needs this image: it cannot be deleted before the index. */
export function isReferenced({ images }: RepositoryState, { digest }: ImageState): boolean {
  return images.some(
    image => parseManifest(image.manifest)?.manifests?.some(child => child.digest === digest) ?? false,
  )
}

/** Only the members that were asked with. */
export function askedWith({ imageDigest, imageTag }: ecr.ImageIdentifier): ecr.ImageIdentifier {
  return {
    ...(imageDigest === undefined ? {} : { imageDigest }),
    ...(imageTag === undefined ? {} : { imageTag }),
  }
}
