import type { StoredImage } from '../../images/ports.ts'
import { isIndex } from '../../images/is-index.ts'
import { counted } from './counted.ts'
import { sizeText } from './size-text.ts'

/** `12 images (up to 1.4 GB) and 3 revisions`: images share layers, and what they share with others stays. */
export function goingText({
  images,
  revisions,
}: {
  readonly images: readonly StoredImage[]
  readonly revisions: readonly string[]
}): string {
  // An index is as big as the biggest of its parts, which are counted themselves.
  const bytes = images.reduce((sum, image) => sum + (isIndex(image) ? 0 : (image.sizeInBytes ?? 0)), 0)
  const size = bytes === 0 ? '' : ` (up to ${sizeText(bytes)})`
  return [
    ...(images.length > 0 || revisions.length === 0 ? [`${counted(images.length, 'image')}${size}`] : []),
    ...(revisions.length > 0 ? [counted(revisions.length, 'revision')] : []),
  ].join(' and ')
}
