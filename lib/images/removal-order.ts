import type { StoredImage } from './ports.ts'
import type { IndexParts } from './retention.ts'

/** Images in lists that are removed one after the other: ECR gives up no image that an index still names. */
export function removalOrder(
  images: readonly StoredImage[],
  parts: IndexParts,
): readonly (readonly StoredImage[])[] {
  const left = new Set(images)
  const waves: (readonly StoredImage[])[] = []
  while (left.size > 0) {
    const named = new Set([...left].flatMap(({ digest }) => partsIn(parts, digest)))
    const free = [...left].filter(({ digest }) => !named.has(digest))
    // No digest can name itself: only facts that are wrong have no beginning.
    const wave = free.length > 0 ? free : [...left]
    for (const image of wave) left.delete(image)
    waves.push(wave)
  }
  return waves
}

function partsIn(parts: IndexParts, digest: string): readonly string[] {
  const known = parts.get(digest)
  return known === undefined || known === 'unreadable' ? [] : known
}
