import type { Deployment } from '../../deployment/deployment.ts'
import { recordedOrigin } from './recorded-origin.ts'
import type { PinnedVersion } from './request.ts'

/** The version that a deployment brought: going back from it leads to what came before that deployment. */
export function pinnedTo(deployment: Deployment): PinnedVersion {
  const { id, dockerTag, imageDigest } = deployment
  if (imageDigest === undefined) throw new Error(`${id} was live without an image`)
  return {
    dockerTag,
    imageDigest,
    restores: id,
    origin: recordedOrigin(deployment),
  }
}
