import type { ImageStore, StoredImage } from '../../lib/images/ports.ts'

export const indexType = 'application/vnd.oci.image.index.v1+json'

export type FakeImageStore = Pick<ImageStore, 'page' | 'manifests' | 'described'> & {
  /** The calls that were made, as ECR counts them. */
  readonly calls: readonly string[]
}

type Manifests = Readonly<Record<string, object>>

/** A repository in memory that pages and batches as ECR does. */
export function fakeImageStore(images: readonly StoredImage[], manifests: Manifests = {}): FakeImageStore {
  const calls: string[] = []
  const found = (digests: readonly string[]): readonly StoredImage[] =>
    images.filter(({ digest }) => digests.includes(digest))
  return {
    calls,
    page: (_, next = '0', only) => {
      calls.push('page')
      const wanted = only === 'tagged' ? images.filter(({ tags }) => tags.length > 0) : images
      const end = Number(next) + 1000
      const page = wanted.slice(Number(next), end)
      return Promise.resolve({ images: page, ...(end < wanted.length && { next: String(end) }) })
    },
    manifests: (_, references) => {
      calls.push(`manifests ${references.length}`)
      const digests = references.flatMap(each => ('digest' in each ? each.digest : []))
      return Promise.resolve(
        found(digests).map(({ digest, mediaType = '' }) => ({
          digest,
          mediaType,
          text: JSON.stringify(manifests[digest] ?? { config: { digest: 'sha256:c', size: 1 } }),
        })),
      )
    },
    described: (_, digests) => {
      calls.push(`described ${digests.length}`)
      return Promise.resolve(found(digests))
    },
  }
}

/** An image with a tag, pushed `at`. */
export function stored(digest: string, at: number, over: Partial<StoredImage> = {}): StoredImage {
  return {
    digest,
    tags: [digest.replace('sha256:', 'v')],
    pushedAt: at,
    sizeInBytes: 5,
    status: 'ACTIVE',
    ...over,
  }
}
