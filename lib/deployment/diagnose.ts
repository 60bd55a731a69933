import type { Deployment } from './deployment.ts'
import type { Failure } from './failure.ts'
import { failedHook } from './failed-hook.ts'
import { causes } from './failures/causes.ts'
import type { Observation, SeenHook, SeenServiceDeployment } from './observation.ts'

/** Why ECS is turning a deployment back, or has: tapit's own judgement if it asked for that, else what ECS and the tasks show. */
export function diagnose(deployment: Deployment, ours: SeenServiceDeployment, seen: Observation): Failure {
  return (
    deployment.judged ??
    monitors(deployment, ours) ??
    tasksAtFault(ours, seen) ??
    wiring(ours) ??
    stoppedByHand(ours)
  )
}

/** Whether a later look may still find the reason: the reason often arrives one poll late. */
export function isVague({ code }: Failure): boolean {
  return code === 'circuit_breaker' || code === 'never_started'
}

function monitors(deployment: Deployment, ours: SeenServiceDeployment): Failure | undefined {
  const hook = failedHook(ours)
  if (hook !== undefined && isUnanswered(hook))
    return { code: 'hook_failed', evidence: [], pause: unansweredPause(deployment, hook) }
  if (hook)
    return {
      code: 'hook_failed',
      evidence: [],
      awsReason: reasonOf(ours) ?? `${hook.id ?? hook.targetType ?? 'hook'} ${hook.status}`,
    }
  if (ours.alarms?.status === 'TRIGGERED') {
    const alarms = ours.alarms.triggered
    return {
      code: 'alarm',
      evidence: [],
      ...(alarms.length > 0 ? { alarms } : { awsReason: reasonOf(ours) }),
    }
  }
  return undefined
}

/** A pause whose time was over. */
function isUnanswered({ status, targetType }: SeenHook): boolean {
  return status === 'TIMED_OUT' && targetType === 'PAUSE'
}

/** ECS does not say at which stage a hook was: the last look does, or that the deployment was sent but one pause. */
function unansweredPause(
  { state, configuration = {} }: Deployment,
  { id }: SeenHook,
): NonNullable<Failure['pause']> {
  const sent = pausesSent(configuration)
  const last = 'pause' in state && state.pause?.hookId === id ? state.pause?.stage : undefined
  const [only] = sent.length === 1 ? sent : []
  const stage = last ?? only?.stage
  const minutes = sent.find(each => each.stage === stage)?.minutes
  return { ...(stage !== undefined && { stage }), ...(minutes !== undefined && { minutes }) }
}

type SentHook = {
  readonly targetType?: string
  readonly lifecycleStages?: readonly string[]
  readonly timeoutConfiguration?: { readonly timeoutInMinutes?: number }
}

/** The pauses that ECS was sent, a stage each. */
function pausesSent(
  configuration: NonNullable<Deployment['configuration']>,
): readonly { readonly stage: string; readonly minutes?: number }[] {
  const { lifecycleHooks = [] } = configuration as { readonly lifecycleHooks?: readonly SentHook[] }
  return lifecycleHooks
    .filter(({ targetType }) => targetType === 'PAUSE')
    .flatMap(({ lifecycleStages = [], timeoutConfiguration: { timeoutInMinutes: minutes } = {} }) =>
      lifecycleStages.map(stage => ({ stage, ...(minutes !== undefined && { minutes }) })),
    )
}

function tasksAtFault(ours: SeenServiceDeployment, seen: Observation): Failure | undefined {
  if (ours.circuitBreaker?.status !== 'TRIGGERED') return undefined
  const awsReason = reasonOf(ours)
  const [strongest] = causes(seen.stopped)
  if (strongest)
    return { code: strongest.code, times: strongest.times, evidence: strongest.evidence, awsReason }
  const neverRan =
    isStoppedKnown(ours, seen) &&
    seen.stopped.every(({ startedAt }) => startedAt === undefined) &&
    ours.target.running === 0
  return { code: neverRan ? 'never_started' : 'circuit_breaker', evidence: [], awsReason }
}

/** Whether an empty list means that no task stopped: not if nobody may read it, or if ECS has forgotten the tasks by now. */
function isStoppedKnown(
  { finishedAt }: SeenServiceDeployment,
  { at, isStoppedUnread = false }: Observation,
): boolean {
  return !isStoppedUnread && (finishedAt === undefined || at - finishedAt < stoppedTasksKept)
}

/** ECS answers stopped tasks for at least an hour. */
const stoppedTasksKept = 60 * 60_000

/** The one case in which ECS's words are read: a rule or target group that does not fit fails with no other sign of it. */
function wiring(ours: SeenServiceDeployment): Failure | undefined {
  const awsReason = reasonOf(ours)
  return awsReason && /networking configuration/i.test(awsReason)
    ? { code: 'networking', evidence: [], awsReason }
    : undefined
}

function stoppedByHand(ours: SeenServiceDeployment): Failure {
  return { code: 'cancelled', evidence: [], awsReason: reasonOf(ours) }
}

function reasonOf({ statusReason, rollback }: SeenServiceDeployment): string | undefined {
  return statusReason ?? rollback?.reason
}
