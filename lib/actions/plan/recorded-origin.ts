import type { Deployment } from '../../deployment/deployment.ts'
import type { PinnedVersion } from './request.ts'

/** What a deployment's record says of where its image came from. */
export function recordedOrigin({
  tag,
  gitHash,
  gitRef,
  source,
}: Deployment): NonNullable<PinnedVersion['origin']> {
  return {
    ...(tag !== undefined && { tag }),
    ...(gitHash !== undefined && { gitHash }),
    ...(gitRef !== undefined && { gitRef }),
    ...(source !== undefined && { source }),
  }
}
