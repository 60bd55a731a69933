import { type ImageDetails, imageDetails } from './image-details.ts'
import { isDeployable } from './is-deployable.ts'
import { newestImages } from './newest-images.ts'
import type { ImageStore, StoredImage } from './ports.ts'

export type RepositoryListing = {
  /** How many images with a tag to deploy them by there are. */
  readonly total: number
  /** The newest, and further down those that something needs; newest push first. */
  readonly images: readonly ImageDetails[]
  /** Digests that something needs, though there is no such image any more. */
  readonly gone: readonly string[]
}

export type ListOptions = {
  /** How many of the newest. */
  readonly limit: number
  /** What is listed however old it is, by tag or digest. */
  readonly needed: readonly ImageName[]
}

export type ImageName = { readonly digest: string } | { readonly tag: string }

/** Lists the images of a repository that can be deployed. A thousand a call; what is not shown is not kept. */
export async function listRepository(
  repository: string,
  { limit, needed }: ListOptions,
  store: Pick<ImageStore, 'page' | 'manifests' | 'described'>,
): Promise<RepositoryListing> {
  const names = new Set(needed.map(each => ('digest' in each ? each.digest : each.tag)))
  const isNeeded = ({ digest, tags }: StoredImage): boolean =>
    names.has(digest) || tags.some(tag => names.has(tag))
  const newest = newestImages(limit)
  const others: StoredImage[] = []
  let total = 0
  let next: string | undefined
  do {
    const page = await store.page(repository, next, 'tagged')
    for (const image of page.images) {
      if (isNeeded(image)) others.push(image)
      if (!isDeployable(image)) continue
      total += 1
      newest.add(image)
    }
    next = page.next
  } while (next !== undefined)

  const found = newest.found()
  const shown = new Set(found.map(({ digest }) => digest))
  const images = [...found, ...others.filter(({ digest }) => !shown.has(digest))]
  const known = new Set(images.map(({ digest }) => digest))
  const untagged = [...new Set(needed.flatMap(each => ('digest' in each ? each.digest : [])))].filter(
    digest => !known.has(digest),
  )
  const details = await imageDetails(repository, { images, digests: untagged }, store)
  const there = new Set(details.map(({ digest }) => digest))
  return {
    total,
    images: details.toSorted((one, other) => (other.pushedAt ?? 0) - (one.pushedAt ?? 0)),
    gone: untagged.filter(digest => !there.has(digest)),
  }
}
