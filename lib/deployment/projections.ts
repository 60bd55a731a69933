import {
  type ApprovalStatus,
  type DeploymentStatus,
  type GroupStatus,
  type Health,
  type PromotionStage,
  type StepName,
  type StepStatus,
  stepNames,
} from '../names/vocabulary.ts'
import type { ExitName } from '../names/refusal.ts'
import type { Deployment, Moment } from './deployment.ts'
import type { Failure } from './failure.ts'
import { reachedStage } from './reached-stage.ts'
import { type Instant, type State, type StateName, transitions } from './state.ts'

/** The state in the words of the record: an exhaustive function of it. */
export function statusOf({ is }: Pick<State, 'is'>): DeploymentStatus {
  switch (is) {
    case 'awaiting_approval':
      return 'creating_approval'
    case 'denied':
      return 'creating_approval_denied'
    case 'preparing':
      return 'creating'
    case 'starting':
    case 'checking':
      return 'waiting_for_instances'
    case 'shifting':
      return 'running'
    case 'draining':
    case 'watching':
      return 'finalizing'
    case 'live':
      return 'finalized'
    case 'stopping':
      return 'deleting'
    case 'stopped':
      return 'deleted'
    case 'rolling_back':
    case 'rolled_back':
    case 'cancelling':
    case 'cancelled':
    case 'failed':
      return is
  }
}

/** How far the deployment came, or how it ended; absent before it began and after a stop. */
export function stageOf(state: State): PromotionStage | undefined {
  switch (state.is) {
    case 'awaiting_approval':
    case 'denied':
    case 'stopping':
    case 'stopped':
      return undefined
    case 'preparing':
      return 'building'
    case 'starting':
    case 'checking':
    case 'shifting':
    case 'draining':
    case 'watching':
      return reachedStage(state)
    case 'live':
      return 'active'
    case 'rolled_back':
      return 'rolled_back'
    case 'rolling_back':
    case 'cancelling':
    case 'cancelled':
    case 'failed':
      return state.reached
  }
}

/** The same of a whole record: what was live and was moved away from by a rollback reads as rolled back. */
export function promotionStageOf({
  state,
  replacedBy,
}: Pick<Deployment, 'state' | 'replacedBy'>): PromotionStage | undefined {
  return state.is === 'live' && replacedBy?.trigger === 'rollback' ? 'rolled_back' : stageOf(state)
}

/** The process's health as this deployment leaves it; nothing is known of it where ECS was never asked. */
export function healthOf(state: State): Health {
  switch (state.is) {
    case 'live':
    case 'rolled_back':
      return 'healthy'
    case 'rolling_back':
      return 'unhealthy'
    case 'failed':
      return state.ecs === undefined ? 'pending' : 'unhealthy'
    default:
      return 'pending'
  }
}

/** Whether the deployment has come to its end. `live` has, though it can be stopped later. */
export function isSettled({ is }: Pick<State, 'is'>): boolean {
  return is === 'live' || transitions[is].length === 0
}

/** Whether ECS was asked for it, or is about to be: what waits for an approval stands in nobody's way. */
export function isInProgress(state: Pick<State, 'is'>): boolean {
  return !isSettled(state) && state.is !== 'awaiting_approval'
}

/** Whether it was ever more than a wish: what a policy held up, and nobody let go, has changed nothing. */
export function hasBegun({ timeline }: Pick<Deployment, 'timeline'>): boolean {
  const wasHeld = timeline.some(({ is }) => is === 'awaiting_approval' || is === 'denied')
  return !wasHeld || timeline.some(({ is }) => is === 'preparing')
}

/** How its approval stands; absent where no policy was in force. */
export function approvalOf({
  state,
  approval,
  judgedBy,
}: Pick<Deployment, 'state' | 'approval' | 'judgedBy'>): ApprovalStatus | undefined {
  if (state.is === 'denied') return denials[state.because ?? 'policy']
  if (approval === undefined) return judgedBy === undefined ? undefined : 'auto_approved'
  if (approval.met !== undefined) return 'approved'
  return state.is === 'cancelled' ? 'cancelled' : 'pending'
}

const denials = {
  policy: 'auto_denied',
  person: 'denied',
  no_reply: 'expired',
  not_executed: 'expired',
  changed: 'expired',
} as const

/** Why it did not go live, if it did not. */
export function failureOf(state: State): Failure | undefined {
  switch (state.is) {
    case 'rolling_back':
    case 'rolled_back':
    case 'failed':
      return state.failure
    case 'cancelling':
    case 'cancelled':
      return state.cancellation.code === 'superseded'
        ? {
            code: 'superseded',
            evidence: [],
            ...(state.cancellation.successor !== undefined && { awsReason: state.cancellation.successor }),
          }
        : undefined
    default:
      return undefined
  }
}

/** The state of a group out of those of its deployments: finalized only when all have come to their ends. */
export function groupStatusOf(states: readonly Pick<State, 'is'>[]): GroupStatus {
  const statuses = states.map(statusOf)
  const open = states.filter(state => !isSettled(state)).map(statusOf)
  if (open.length === 0) {
    if (statuses.length > 0 && statuses.every(status => status === 'cancelled')) return 'cancelled'
    return statuses.length > 0 && statuses.every(status => status === 'creating_approval_denied')
      ? 'creating_approval_denied'
      : 'finalized'
  }
  if (open.every(status => status === 'creating_approval')) return 'creating_approval'
  return open.every(status => status === 'finalizing') ? 'finalizing' : 'running'
}

/** What a command that waited for these deployments exits with: the first of failed, superseded, in progress, waiting, done. */
export function exitOf(states: readonly State[]): ExitName {
  const exits = new Set(states.map(exitOfOne))
  const order = ['failed', 'superseded', 'in_progress', 'waiting'] as const
  return order.find(exit => exits.has(exit)) ?? 'done'
}

function exitOfOne(state: State): ExitName {
  switch (state.is) {
    case 'live':
    case 'stopped':
      return 'done'
    case 'rolled_back':
    case 'failed':
      return 'failed'
    case 'cancelled':
      return state.cancellation.code === 'superseded' ? 'superseded' : 'failed'
    case 'awaiting_approval':
    case 'denied':
      return 'waiting'
    case 'preparing':
    case 'starting':
    case 'checking':
    case 'shifting':
    case 'draining':
    case 'watching':
    case 'rolling_back':
    case 'cancelling':
    case 'stopping':
      return 'in_progress'
  }
}

export type Step = {
  readonly name: StepName
  readonly status: StepStatus
  readonly startedAt?: Instant
  readonly finishedAt?: Instant
}

/** The steps that this deployment has begun, or skipped, each with its own times, out of its timeline. */
export function stepsOf({ timeline }: Pick<Deployment, 'timeline'>): readonly Step[] {
  const wasBuilt = timeline.some(({ step }) => step !== undefined && step !== 'register')
  const names = wasBuilt ? stepNames : stepNames.slice(stepNames.indexOf('deploy'))
  return names.flatMap(name => stepOf(name, timeline) ?? [])
}

function stepOf(name: StepName, timeline: readonly Moment[]): Step | undefined {
  const from = timeline.findIndex(moment => stepAt(moment) === name)
  const start = timeline[from]
  if (start === undefined) {
    return isPast(name, timeline) ? { name, status: 'skipped' } : undefined
  }
  const end = timeline.slice(from).find(moment => moment.is === 'live' || stepAt(moment) !== name)
  if (end === undefined) return { name, status: 'running', startedAt: start.at }
  return {
    name,
    status: hasTurnedBack(end.is) ? 'failed' : 'succeeded',
    startedAt: start.at,
    finishedAt: end.at,
  }
}

/** Whether a step that never began will not: a later one has, or all is over. */
function isPast(name: StepName, timeline: readonly Moment[]): boolean {
  return timeline.some(moment => {
    const step = stepAt(moment)
    const isLater = step !== undefined && stepNames.indexOf(step) > stepNames.indexOf(name)
    return isLater || hasTurnedBack(moment.is)
  })
}

function stepAt({ is, step }: Moment): StepName | undefined {
  switch (is) {
    case 'preparing':
      return step === undefined || step === 'register' ? 'deploy' : step
    case 'starting':
      return 'deploy'
    case 'checking':
    case 'shifting':
      return 'health_check'
    case 'draining':
    case 'watching':
    case 'live':
      return 'finalize'
    default:
      return undefined
  }
}

function hasTurnedBack(is: StateName): boolean {
  return (
    is === 'rolling_back' ||
    is === 'failed' ||
    is === 'cancelling' ||
    is === 'cancelled' ||
    is === 'rolled_back'
  )
}
