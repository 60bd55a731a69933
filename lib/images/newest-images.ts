import type { StoredImage } from './ports.ts'

/** The newest of many images, however many there are: no more than twice the wanted number is ever held. */
export type NewestImages = {
  add(image: StoredImage): void
  /** Newest push first. */
  found(): readonly StoredImage[]
}

export function newestImages(limit: number): NewestImages {
  let held: StoredImage[] = []
  const cut = (): void => {
    held = newestFirst(held).slice(0, limit)
  }
  return {
    add: image => {
      held.push(image)
      if (held.length >= 2 * limit) cut()
    },
    found: () => {
      cut()
      return held
    },
  }
}

/** By their push; those of the same moment by their digest, so that the order is always the same. */
function newestFirst(images: readonly StoredImage[]): StoredImage[] {
  return images.toSorted(
    (one, other) => (other.pushedAt ?? 0) - (one.pushedAt ?? 0) || (one.digest < other.digest ? -1 : 1),
  )
}
