import type { Deployment } from '../deployment.ts'
import { diagnose, isVague } from '../diagnose.ts'
import type { Failure } from '../failure.ts'
import type { Observation, SeenServiceDeployment } from '../observation.ts'
import type { After, In, Restored } from '../state.ts'

/** Follows the way back to its end, and believes it only when the previous revision is seen to run. */
export function whileRollingBack(
  state: In<'rolling_back'>,
  seen: Observation,
  deployment: Deployment,
): After<'rolling_back'> {
  const { failure, reached, ecs, redeploying } = state
  const way = redeploying === undefined ? seen.ours : seen.redeployment
  if (way === undefined) {
    const isLost = redeploying !== undefined && seen.unattended === true
    return isLost ? { is: 'failed', reached, ecs, failure: wayBackFailed('rollback_failed', failure) } : state
  }
  switch (endOf(way, redeploying !== undefined)) {
    case 'failed':
      return {
        is: 'failed',
        reached,
        ecs,
        failure: wayBackFailed(
          hasCandidate(way) ? 'rollback_failed' : 'no_rollback_candidate',
          refined(deployment, state, seen),
          way,
        ),
      }
    case 'done': {
      const restored = whatRuns(deployment, way, seen)
      if (restored === undefined) return refine(deployment, state, seen)
      return { is: 'rolled_back', reached, ecs, failure: refined(deployment, state, seen), restored }
    }
    case 'under_way':
      return refine(deployment, state, seen)
  }
}

function endOf(way: SeenServiceDeployment, isRedeployment: boolean): 'done' | 'failed' | 'under_way' {
  switch (way.status) {
    case 'ROLLBACK_SUCCESSFUL':
      return isRedeployment ? 'failed' : 'done'
    case 'SUCCESSFUL':
      return isRedeployment ? 'done' : 'under_way'
    case 'ROLLBACK_FAILED':
    case 'STOPPED':
      return 'failed'
    default:
      return 'under_way'
  }
}

/** ECS names where a rollback goes; without that it had nowhere to go. */
function hasCandidate({ rollback, statusReason = '' }: SeenServiceDeployment): boolean {
  return rollback?.serviceRevision !== undefined && !/no rollback candidate/i.test(statusReason)
}

function wayBackFailed(
  code: 'rollback_failed' | 'no_rollback_candidate',
  cause: Failure,
  way?: SeenServiceDeployment,
): Failure {
  return {
    code,
    cause,
    evidence: cause.evidence,
    ...(way?.statusReason !== undefined && { awsReason: way.statusReason }),
  }
}

/**
 * What runs now, once an answer that is newer than ECS's verdict says so. Absent while the reads still show our own revision, or no
 * running task: they lag.
 */
function whatRuns(
  { state, previous }: Deployment,
  way: SeenServiceDeployment,
  { service, tasks }: Observation,
): Restored | undefined {
  const taskDefinition = service?.taskDefinition
  if (service === undefined || taskDefinition === undefined || service.readAt < way.readAt) return undefined
  if (state.is === 'rolling_back' && taskDefinition === state.ecs.taskDefinition) return undefined
  const running = (tasks ?? []).filter(
    task => task.taskDefinition === taskDefinition && task.lastStatus === 'RUNNING',
  )
  // Where nobody may read the tasks, the service's own count has to do.
  const runningCount = tasks === undefined ? service.running : running.length
  if (runningCount === 0 && service.desired > 0) return undefined
  const digest = previous?.runningDigest
  const runsDigest =
    digest === undefined ||
    running.every(({ imageDigests }) => imageDigests.length === 0 || imageDigests.includes(digest))
  const isPrevious = taskDefinition === previous?.taskDefinition
  const imageDigest = isPrevious && runsDigest ? previous?.imageDigest : running[0]?.imageDigests[0]
  return {
    taskDefinition,
    asBefore: isPrevious && runsDigest,
    ...(imageDigest !== undefined && { imageDigest }),
  }
}

function refine(deployment: Deployment, state: In<'rolling_back'>, seen: Observation): In<'rolling_back'> {
  const failure = refined(deployment, state, seen)
  return failure.code === state.failure.code ? state : { ...state, failure }
}

/** A better reason than the one that was known when the rollback began. */
function refined(deployment: Deployment, { failure }: In<'rolling_back'>, seen: Observation): Failure {
  return isVague(failure) && seen.ours !== undefined ? diagnose(deployment, seen.ours, seen) : failure
}
