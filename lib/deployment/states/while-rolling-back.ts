import type { Deployment } from '../deployment.ts'
import { diagnose, isVague } from '../diagnose.ts'
import type { Failure } from '../failure.ts'
import type { Observation, SeenServiceDeployment } from '../observation.ts'
import type { After, In, Restored } from '../state.ts'
import { isAskedForLately } from './is-asked-for-lately.ts'
import { isWithoutSuccessor } from './is-without-successor.ts'
import { wayBackFailed } from './way-back-failed.ts'

/** Follows the way back to its end, and believes it only when the previous revision is seen to run. */
export function whileRollingBack(
  state: In<'rolling_back'>,
  seen: Observation,
  deployment: Deployment,
): After<'rolling_back'> {
  const { failure, reached, ecs, redeploying } = state
  const way = redeploying === undefined ? seen.ours : seen.redeployment
  if (way === undefined) {
    const isLost =
      redeploying !== undefined &&
      seen.unattended === true &&
      seen.isSearched === true &&
      !isAskedForLately(deployment, seen)
    return isLost
      ? { is: 'failed', reached, ecs, failure: wayBackFailed({ cause: failure, isRedeployment: true }) }
      : state
  }
  switch (endOf(way, redeploying !== undefined)) {
    case 'failed':
      return {
        is: 'failed',
        reached,
        ecs,
        failure: wayBackFailed({
          way,
          cause: refined(deployment, state, seen),
          isRedeployment: redeploying !== undefined,
        }),
      }
    case 'stopped':
      return whenStopped(deployment, state, way, seen)
    case 'done': {
      const restored = whatRuns(deployment, way, seen)
      if (restored === undefined) return refine(deployment, state, seen)
      return { is: 'rolled_back', reached, ecs, failure: refined(deployment, state, seen), restored }
    }
    case 'under_way':
      return refine(deployment, state, seen)
  }
}

type End = 'done' | 'failed' | 'stopped' | 'under_way'

function endOf(way: SeenServiceDeployment, isRedeployment: boolean): End {
  switch (way.status) {
    case 'ROLLBACK_SUCCESSFUL':
      return isRedeployment ? 'failed' : 'done'
    case 'SUCCESSFUL':
      return isRedeployment ? 'done' : 'under_way'
    case 'ROLLBACK_FAILED':
      return 'failed'
    case 'STOPPED':
      return 'stopped'
    default:
      return 'under_way'
  }
}

/** A previous version whose tasks cannot stay up runs no better for being waited for: ECS is through with it. In milliseconds. */
const tasksShownWithin = 120_000

/**
 * What runs now, once an answer that is newer than ECS's verdict says so. Absent while the reads still show our own revision, or no
 * running task though ECS has only just come to its verdict: they lag.
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
  const isVerdictFresh = service.readAt - (way.finishedAt ?? way.readAt) < tasksShownWithin
  if (runningCount === 0 && service.desired > 0 && isVerdictFresh) return undefined
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

/** A newer deployment that stopped the way back is what runs now: that is no failed rollback, and nothing of ours serves any more. */
function whenStopped(
  deployment: Deployment,
  state: In<'rolling_back'>,
  way: SeenServiceDeployment,
  seen: Observation,
): After<'rolling_back'> {
  const { reached, ecs, redeploying } = state
  const failure = refined(deployment, state, seen)
  if (seen.successor !== undefined) {
    const overtakenBy = seen.successor.serviceDeployment
    return { is: 'failed', reached, ecs, failure: { ...failure, overtakenBy } }
  }
  return isWithoutSuccessor(way, seen)
    ? {
        is: 'failed',
        reached,
        ecs,
        failure: wayBackFailed({ way, cause: failure, isRedeployment: redeploying !== undefined }),
      }
    : refine(deployment, state, seen)
}

function refine(deployment: Deployment, state: In<'rolling_back'>, seen: Observation): In<'rolling_back'> {
  const failure = refined(deployment, state, seen)
  return failure.code === state.failure.code ? state : { ...state, failure }
}

/** A better reason than the one that was known when the rollback began. */
function refined(deployment: Deployment, { failure }: In<'rolling_back'>, seen: Observation): Failure {
  return isVague(failure) && seen.ours !== undefined ? diagnose(deployment, seen.ours, seen) : failure
}
