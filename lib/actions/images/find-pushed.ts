import type { Clock } from '../../names/clock.ts'
import type { Image, Images } from '../ports.ts'

/** An image that was just pushed, once ECR shows it: what its registry has taken may take its API a moment. */
export async function findPushed(
  repository: string,
  reference: Parameters<Images['find']>[1],
  { images, clock }: { readonly images: Images; readonly clock: Clock },
): Promise<Image | undefined> {
  for (const pause of pausesUntilShown) {
    const image = await images.find(repository, reference)
    if (image !== undefined) return image
    await clock.sleep(pause)
  }
  return images.find(repository, reference)
}

/** In milliseconds. */
const pausesUntilShown = [500, 1_000, 2_000, 4_000]
