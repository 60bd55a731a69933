import { inBatches } from './in-batches.ts'
import { isIndex } from './is-index.ts'
import { type IndexChild, parseManifest } from './parse-manifest.ts'
import type { ImageStore, StoredImage } from './ports.ts'

/** An image as people look at it: an index with what it consists of. */
export type ImageDetails = Pick<StoredImage, 'digest' | 'tags' | 'status'> & {
  readonly pushedAt?: number
  readonly pulledAt?: number
  /** Of an index, the sum of its platforms' images; absent where they cannot be read. */
  readonly sizeInBytes?: number
  /** The images of an index, one a platform; absent for an image that is for one platform anyway. */
  readonly platforms?: readonly PlatformImage[]
}

export type PlatformImage = {
  readonly digest: string
  readonly platform?: string
  readonly sizeInBytes?: number
}

type Wanted = {
  readonly images: readonly StoredImage[]
  /** Images that are known by nothing but their digests: what runs, though no tag names it any more. */
  readonly digests: readonly string[]
}

/** Reads what indexes consist of, and the images of `digests`; those that are gone are left out. Two calls for a hundred of each. */
export async function imageDetails(
  repository: string,
  { images, digests }: Wanted,
  store: Pick<ImageStore, 'manifests' | 'described'>,
): Promise<readonly ImageDetails[]> {
  const unread = [...images.filter(isIndex).map(({ digest }) => digest), ...digests]
  const manifests = await inBatches(unread, batch =>
    store.manifests(
      repository,
      batch.map(digest => ({ digest })),
    ),
  )
  const children = new Map(manifests.map(({ digest, text }) => [digest, platformsOf(text)]))
  const parts = [...children.values()].flatMap(each => each?.map(({ digest }) => digest) ?? [])
  const described = await inBatches([...new Set([...parts, ...digests])], batch =>
    store.described(repository, batch),
  )
  const byDigest = new Map(described.map(image => [image.digest, image]))
  const others = digests.flatMap(digest => byDigest.get(digest) ?? [])
  return [...images, ...others].map(image => detailsOf(image, children.get(image.digest), byDigest))
}

function platformsOf(text: string): readonly IndexChild[] | undefined {
  const manifest = parseManifest(text)
  return manifest?.is === 'index'
    ? manifest.children.filter(({ isAttestation }) => !isAttestation)
    : undefined
}

function detailsOf(
  image: StoredImage,
  children: readonly IndexChild[] | undefined,
  described: ReadonlyMap<string, StoredImage>,
): ImageDetails {
  const { digest, tags, status, pushedAt } = image
  const known = { digest, tags, status, ...(pushedAt !== undefined && { pushedAt }) }
  if (!isIndex(image)) return { ...known, ...sizeAndPull([image]) }
  if (children === undefined) return known
  const platforms = children.map(({ digest: of, platform }): PlatformImage => {
    const size = described.get(of)?.sizeInBytes
    return {
      digest: of,
      ...(platform !== undefined && { platform }),
      ...(size !== undefined && { sizeInBytes: size }),
    }
  })
  const parts = children.flatMap(({ digest: of }) => described.get(of) ?? [])
  return { ...known, ...(parts.length === children.length && sizeAndPull(parts)), platforms }
}

/**
 * ECR takes reading a manifest for a pull, as is done here with every index (https://github.com/aws/containers-roadmap/issues/2390). Whoever
 * runs an image pulls that of a platform, which is not read here: so their pulls are what counts.
 */
function sizeAndPull(images: readonly StoredImage[]): Pick<ImageDetails, 'sizeInBytes' | 'pulledAt'> {
  const sizes = images.flatMap(({ sizeInBytes }) => sizeInBytes ?? [])
  const pulls = images.flatMap(({ pulledAt }) => pulledAt ?? [])
  return {
    ...(sizes.length === images.length && { sizeInBytes: sizes.reduce((sum, size) => sum + size, 0) }),
    ...(pulls.length > 0 && { pulledAt: Math.max(...pulls) }),
  }
}
