import type { Deployment } from '../../deployment/deployment.ts'
import { digestPrefix } from '../../images/digest-prefix.ts'

/** What somebody types to approve this image and no other. */
export function approveCommand({ app, id, imageDigest }: Deployment): string {
  const image = imageDigest === undefined ? '' : ` image=${digestPrefix(imageDigest)}`
  return `tapit -a ${app} approve deploy id=${id}${image}`
}
