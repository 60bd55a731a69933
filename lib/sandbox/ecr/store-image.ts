import { imageStatus } from './image-status.ts'
import type { Image } from './image-manifest.ts'
import { parseManifest } from './manifest.ts'
import type { ImageConfig, ImageState, RepositoryState } from './state.ts'

export type StoreImageOptions = Pick<Image, 'manifest' | 'mediaType' | 'digest'> & {
  /** @default - none: untagged */
  readonly tag?: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** @default - as embedded in the manifest */
  readonly config?: ImageConfig
}

/** Keeps an image in a repository; a tag leaves the image that had it. Checks nothing: PutImage does. */
export function storeImage(
  repository: RepositoryState,
  { manifest, mediaType, digest, tag, at, config }: StoreImageOptions,
): ImageState {
  if (tag !== undefined) {
    for (const image of repository.images) {
      if (image.tags.includes(tag)) image.tags = image.tags.filter(it => it !== tag)
    }
  }
  const tags = tag === undefined ? [] : [tag]
  const known = repository.images.find(image => image.digest === digest)
  if (known !== undefined) {
    known.tags = [...known.tags, ...tags]
    if (imageStatus(known, at) !== 'ACTIVE') known.activatedAt = at
    return known
  }
  const sizeInBytes = sizeOf(repository, manifest)
  const image: ImageState = { digest, manifest, mediaType, sizeInBytes, pushedAt: at, tags, config }
  repository.images.push(image)
  return image
}

/** ECR counts the layers of an image; of an index it counts the largest of its images. */
function sizeOf({ images }: RepositoryState, manifest: string): number {
  const { config, layers = [], manifests } = parseManifest(manifest) ?? {}
  if (manifests !== undefined) {
    const digests = new Set(manifests.map(({ digest }) => digest))
    const sizes = images.filter(({ digest }) => digests.has(digest)).map(image => image.sizeInBytes)
    return Math.max(Buffer.byteLength(manifest), ...sizes)
  }
  const referenced = [config, ...layers].reduce((sum, descriptor) => sum + (descriptor?.size ?? 0), 0)
  return referenced + Buffer.byteLength(manifest)
}
