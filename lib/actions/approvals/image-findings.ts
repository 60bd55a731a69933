import { imageDetails } from '../../images/image-details.ts'
import type { Findings } from '../../policy/judge.ts'
import type { Ports } from '../ports.ts'
import { Trouble } from '../trouble.ts'

/**
 * What is known of the scan of an image. Absent: nobody knows, and that counts as found. `later`: the image is not there yet, and is judged
 * once it is.
 */
export type ImageScans = (image: ScannedImage) => Promise<Findings | 'later' | undefined>

type ScannedImage = { readonly repository: string; readonly imageDigest: string }

/** What ECR's scan found in an image, of all its platforms together; absent where one of them was not scanned, or nobody may read it. */
export async function imageFindings(
  { repository, imageDigest }: ScannedImage,
  { imageStore }: Pick<Ports, 'imageStore'>,
): Promise<Findings | undefined> {
  try {
    const [details] = await imageDetails(repository, { images: [], digests: [imageDigest] }, imageStore)
    const digests = details?.platforms?.map(({ digest }) => digest) ?? [imageDigest]
    const scans = await Promise.all(digests.map(digest => imageStore.scan(repository, digest)))
    const isKnown = scans.length > 0 && scans.every(scan => scan !== undefined && isThrough(scan.status))
    if (!isKnown) return undefined
    const sum = (severity: string): number =>
      scans.reduce((total, scan) => total + (scan?.findings[severity] ?? 0), 0)
    return { critical: sum('CRITICAL'), high: sum('HIGH') }
  } catch (error) {
    if (error instanceof Trouble) return undefined
    throw error
  }
}

/** `ACTIVE`: of enhanced scanning, which never ends. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html */
function isThrough(status: string): boolean {
  return status === 'COMPLETE' || status === 'ACTIVE'
}
