import type { ecr } from '../wire/handlers.ts'
import { failure } from './failure.ts'
import { childDigests, referenceCounts, theImage } from './lookup.ts'
import type { ImageState, RepositoryState } from './state.ts'

export type DeletedImages = {
  readonly deleted: readonly ecr.ImageIdentifier[]
  readonly failures: readonly ecr.ImageFailure[]
}

/**
 * Deletes images in the order in which they are asked for: an index and then its images can go in one batch. By digest an
 * image goes with all its tags; by tag only the tag goes, and the image with its last one, unless an index still needs it.
 */
export function deleteImages(
  repository: RepositoryState,
  imageIds: readonly ecr.ImageIdentifier[],
): DeletedImages {
  const references = referenceCounts(repository)
  const isReferenced = ({ digest }: ImageState) => (references.get(digest) ?? 0) > 0
  const deleted: ecr.ImageIdentifier[] = []
  const failures: ecr.ImageFailure[] = []
  for (const imageId of imageIds) {
    const image = theImage(repository, imageId)
    if (typeof image === 'string') {
      failures.push(failure(imageId, image))
      continue
    }
    const { imageTag } = imageId
    if (imageTag === undefined && isReferenced(image)) {
      failures.push(failure(imageId, 'ImageReferencedByManifestList'))
      continue
    }
    const { digest: imageDigest } = image
    const gone = imageTag === undefined ? image.tags : [imageTag]
    deleted.push(
      ...(gone.length === 0 ? [{ imageDigest }] : gone.map(tag => ({ imageDigest, imageTag: tag }))),
    )
    image.tags = image.tags.filter(tag => !gone.includes(tag))
    if (image.tags.length > 0 || isReferenced(image)) continue
    repository.images.splice(repository.images.indexOf(image), 1)
    for (const child of childDigests(image)) references.set(child, (references.get(child) ?? 0) - 1)
  }
  return { deleted, failures }
}
