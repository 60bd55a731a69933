import type { Failure } from '../failure.ts'
import type { SeenServiceDeployment } from '../observation.ts'

/** Why the previous revision did not come back, with what went wrong first. */
export function wayBackFailed({
  way,
  cause,
  isRedeployment = false,
}: {
  /** The service deployment that should have brought it, as it ended. */
  way?: SeenServiceDeployment
  cause?: Failure
  /** The way back was a deployment of the previous revision, which has no use for a candidate. */
  isRedeployment?: boolean
}): Failure {
  const awsReason = way?.statusReason
  return {
    code: isRedeployment || (way && hasCandidate(way)) ? 'rollback_failed' : 'no_rollback_candidate',
    ...(cause && { cause }),
    evidence: cause?.evidence ?? [],
    ...(awsReason !== undefined && { awsReason }),
  }
}

/** ECS names where a rollback goes; without that it had nowhere to go. */
function hasCandidate({ rollback, statusReason = '' }: SeenServiceDeployment): boolean {
  return rollback?.serviceRevision !== undefined && !/no rollback candidate/i.test(statusReason)
}
