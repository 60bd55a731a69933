import type { Image } from './image-manifest.ts'
import type { ImageState, RepositoryState } from './state.ts'
import { parseManifest } from './manifest.ts'

export type StoreImageOptions = Pick<Image, 'manifest' | 'mediaType' | 'digest'> & {
  /** @default - none: untagged */
  readonly tag?: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Keeps an image in a repository; a tag leaves the image that had it. Checks nothing: PutImage does. */
export function storeImage(
  repository: RepositoryState,
  { manifest, mediaType, digest, tag, at }: StoreImageOptions,
): ImageState {
  if (tag !== undefined) {
    for (const image of repository.images) image.tags = image.tags.filter(it => it !== tag)
  }
  const tags = tag === undefined ? [] : [tag]
  const known = repository.images.find(image => image.digest === digest)
  if (known !== undefined) {
    known.tags = [...known.tags, ...tags]
    return known
  }
  const image: ImageState = { digest, manifest, mediaType, sizeInBytes: sizeOf(manifest), pushedAt: at, tags }
  repository.images.push(image)
  return image
}

/** ECR counts the layers of an image, and nothing but itself for an index. */
function sizeOf(manifest: string): number {
  const { config, layers = [] } = parseManifest(manifest) ?? {}
  const referenced = [config, ...layers].reduce((sum, descriptor) => sum + (descriptor?.size ?? 0), 0)
  return referenced + Buffer.byteLength(manifest)
}
