import type { StoredImage } from './ports.ts'

/** Whether it is a list of images, one a platform: OCI's image index, Docker's manifest list. */
export function isIndex({ mediaType = '' }: Pick<StoredImage, 'mediaType'>): boolean {
  return /image\.index|manifest\.list/.test(mediaType)
}
