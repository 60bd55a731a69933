import type { Deployment } from '../deployment.ts'
import { diagnose } from '../diagnose.ts'
import type { Failure } from '../failure.ts'
import type { Observation, SeenServiceDeployment } from '../observation.ts'
import type { After, Cancellation, EcsDeployment, Progressing, UnderWay } from '../state.ts'
import { reachedStage } from '../reached-stage.ts'
import { healthyTaskCount } from '../targets-by-task.ts'
import { isAskedForLately } from './is-asked-for-lately.ts'
import { isFaultFound } from './is-fault-found.ts'
import { isWithoutSuccessor } from './is-without-successor.ts'
import { pauseOf } from './pause-of.ts'
import { wayBackFailed } from './way-back-failed.ts'

/** From ECS's first task to its verdict. */
export function whileProgressing(
  state: Progressing,
  seen: Observation,
  deployment: Deployment,
): After<Progressing['is']> {
  const { ours } = seen
  if (ours === undefined) return withoutTrace(state, seen, deployment)
  const ecs = withNamesOf(ours, state.ecs)
  switch (ours.status) {
    case 'SUCCESSFUL':
      return whenSuccessful(ecs, ours, seen, deployment)
    case 'STOP_REQUESTED':
    case 'STOPPED':
      return whenStopped(state, ecs, ours, seen, deployment)
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
    case 'ROLLBACK_SUCCESSFUL':
    case 'ROLLBACK_FAILED':
      return whenTurnedBack(state, ecs, ours, seen, deployment)
    default:
      return furthest(state, {
        is: whereItStands(ours, seen, deployment),
        ...underWay(ecs, ours),
      })
  }
}

/** ECS shows a newer deployment and nothing of ours: ours was asked for and never seen, or is gone from the list. */
function withoutTrace(
  state: Progressing,
  seen: Observation,
  deployment: Deployment,
): After<Progressing['is']> {
  const { successor, isSearched = false } = seen
  if (successor === undefined || !isSearched || isAskedForLately(deployment, seen)) return state
  return {
    is: 'cancelled',
    reached: reachedStage(state),
    ecs: state.ecs,
    cancellation: supersededBy(successor),
  }
}

function whenSuccessful(
  ecs: EcsDeployment,
  ours: SeenServiceDeployment,
  { unattended = false }: Observation,
  { health }: Deployment,
): After<Progressing['is']> {
  const watched = health.stayRunning > 0 && ours.target.requested > 0 && !unattended
  return watched
    ? { is: 'watching', ecs, until: successSeenAt(ours) + health.stayRunning }
    : { is: 'live', ecs }
}

/** ECS's clock is not ours: the watch begins when the success was seen, unless that was long after it happened. */
function successSeenAt({ readAt, finishedAt = readAt }: SeenServiceDeployment): number {
  return readAt - finishedAt > seenLate ? finishedAt : readAt
}

const seenLate = 5 * 60_000

function whenStopped(
  state: Progressing,
  ecs: EcsDeployment,
  ours: SeenServiceDeployment,
  seen: Observation,
  deployment: Deployment,
): After<Progressing['is']> {
  const hasFailed = isFaultFound(ours)
  if (seen.successor !== undefined && !hasFailed) {
    return { is: 'cancelled', reached: reachedStage(state), ecs, cancellation: supersededBy(seen.successor) }
  }
  const isOver = ours.status === 'STOPPED' && (hasFailed || isWithoutSuccessor(ours, seen))
  if (!isOver) return stillIn(state, { ecs })
  return { is: 'failed', reached: reachedStage(state), ecs, failure: diagnose(deployment, ours, seen) }
}

function whenTurnedBack(
  state: Progressing,
  ecs: EcsDeployment,
  ours: SeenServiceDeployment,
  seen: Observation,
  deployment: Deployment,
): After<Progressing['is']> {
  const { cancelRequested } = deployment
  if (cancelRequested !== undefined && deployment.judged === undefined && !isFaultFound(ours)) {
    const cancellation: Cancellation = {
      code: 'cancelled',
      by: cancelRequested.by,
      ...(cancelRequested.reason !== undefined && { reason: cancelRequested.reason }),
    }
    // The status `finalizing` has no way to `cancelling` (docs/states.md): it ends as cancelled once ECS is through.
    if (state.is !== 'draining') return { is: 'cancelling', reached: reachedStage(state), ecs, cancellation }
    if (ours.status === 'ROLLBACK_FAILED')
      return { is: 'failed', reached: reachedStage(state), ecs, failure: wayBackFailed({ way: ours }) }
    return ours.status === 'ROLLBACK_SUCCESSFUL'
      ? { is: 'cancelled', reached: reachedStage(state), ecs, cancellation }
      : stillIn(state, { ecs })
  }
  const failure: Failure = diagnose(deployment, ours, seen)
  return { is: 'rolling_back', reached: reachedStage(state), ecs, failure }
}

function underWay(ecs: EcsDeployment, ours: SeenServiceDeployment): UnderWay {
  const { traffic } = ours.target
  const pause = pauseOf(ours)
  return { ecs, ...(traffic && { traffic }), ...(pause && { pause }) }
}

/**
 * The stage that ECS's lifecycle stage stands for. A rolling deployment has none that is documented: there the tasks and targets
 * tell, and since every task takes traffic as it turns healthy, it never "switches". Whoever has production traffic is being switched to,
 * whatever its stage is called; so is what only waits for somebody's word to get it.
 */
function whereItStands(
  ours: SeenServiceDeployment,
  seen: Observation,
  deployment: Deployment,
): Progressing['is'] {
  if (deployment.strategy === 'rolling') return whereTasksStand(ours, seen, deployment)
  const { lifecycleStage: stage = 'SCALE_UP', target } = ours
  if (stage === 'CLEAN_UP') return 'draining'
  if (stage.includes('PRODUCTION_TRAFFIC') || stage === 'BAKE_TIME') return 'shifting'
  if ((target.traffic?.production ?? 0) > 0 || isAtTheSwitch(ours)) return 'shifting'
  if (stage === 'POST_SCALE_UP' || stage.includes('TEST_TRAFFIC')) return 'checking'
  const isUp = target.requested > 0 && target.running >= target.requested
  return stage === 'SCALE_UP' && isUp ? 'checking' : 'starting'
}

/** Ready, and held back before anything moves: the stages that names/pause-stage.ts chooses for it. */
function isAtTheSwitch(ours: SeenServiceDeployment): boolean {
  const { lifecycleStage: stage } = ours
  return pauseOf(ours) !== undefined && (stage === 'POST_TEST_TRAFFIC_SHIFT' || stage === 'POST_SCALE_UP')
}

function whereTasksStand(
  { target, sourceRunning }: SeenServiceDeployment,
  seen: Observation,
  { health, state }: Deployment,
): Progressing['is'] {
  if (target.running < target.requested) return 'starting'
  const isTold = health.loadBalanced && areTargetsKnown(seen, state)
  if (isTold && healthyTaskCount(seen.targets ?? []) < target.requested) return 'checking'
  return sourceRunning > 0 || !health.containerHealthCheck ? 'draining' : 'checking'
}

/** Tasks on EC2 instances without an address of their own share the instance's target: it says nothing about one of them. */
function areTargetsKnown({ tasks = [] }: Observation, state: Deployment['state']): boolean {
  if (!('ecs' in state) || state.ecs === undefined) return true
  const { taskDefinition } = state.ecs
  const own = tasks.filter(each => each.taskDefinition === taskDefinition && each.lastStatus === 'RUNNING')
  return own.length === 0 || own.some(({ ip }) => ip !== undefined)
}

const order = ['starting', 'checking', 'shifting', 'draining'] as const

/** Stages are only ever reached: a task that is replaced late does not take the deployment back to its start. */
function furthest(before: Progressing, next: Progressing): Progressing {
  return order.indexOf(next.is) > order.indexOf(before.is) ? next : stillIn(before, next)
}

/** The same object where nothing was learned: a state that is written down again is a write for nothing. */
function stillIn(state: Progressing, { ecs, traffic, pause }: UnderWay): Progressing {
  const isNews =
    ecs !== state.ecs ||
    traffic?.production !== state.traffic?.production ||
    traffic?.test !== state.traffic?.test ||
    pause?.hookId !== state.pause?.hookId
  return isNews ? { is: state.is, ecs, ...(traffic && { traffic }), ...(pause && { pause }) } : state
}

function withNamesOf(
  { arn, createdAt, deploymentId }: SeenServiceDeployment,
  known: EcsDeployment,
): EcsDeployment {
  const isKnown =
    known.serviceDeployment === arn && (deploymentId === undefined || known.deploymentId === deploymentId)
  return isKnown
    ? known
    : { ...known, serviceDeployment: arn, createdAt, ...(deploymentId !== undefined && { deploymentId }) }
}

function supersededBy(successor: NonNullable<Observation['successor']>): Cancellation {
  return { code: 'superseded', successor: successor.serviceDeployment }
}
