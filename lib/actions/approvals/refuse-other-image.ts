import type { Deployment } from '../../deployment/deployment.ts'
import { Refusal } from '../../names/refusal.ts'

/**
 * Whoever approves can say which images they have looked at, by their digests or how these begin. Whoever asks may write the record of the
 * deployment: what it says now need not be what was shown.
 */
export function refuseOtherImage(
  { app, id, process, dockerTag, imageDigest = '' }: Deployment,
  meant: readonly string[] | undefined,
): void {
  if (meant === undefined || meant.some(beginning => imageDigest.startsWith(beginning))) return
  throw new Refusal({
    code: 'another_image',
    message: `${id} of ${process} is of ${imageDigest} (${dockerTag}), and image= says ${meant.join(', ')}: nothing was approved.`,
    advice: `See what it would bring: tapit -a ${app} show deploy id=${id}`,
  })
}
