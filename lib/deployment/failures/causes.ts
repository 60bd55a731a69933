import type { FailureCode } from '../../names/vocabulary.ts'
import { type Evidence } from '../failure.ts'
import { type StoppedTask, evidenceOf } from '../observation.ts'
import type { Patience } from './kind.ts'
import { failureKinds } from './kinds.ts'

/** What several stopped tasks show in common. */
export type Cause = {
  readonly code: FailureCode
  readonly patience: Patience
  readonly times: number
  readonly evidence: readonly Evidence[]
}

/** A record keeps this many tasks as evidence of one cause. */
const evidenceKept = 3

/** The causes that stopped tasks show, each with its tasks; the strongest first. What is ordinary in a cluster's life shows none. */
export function causes(stopped: readonly StoppedTask[]): readonly Cause[] {
  const byCode = new Map<FailureCode, Cause>()
  for (const task of stopped) {
    const seen = causeOf(task)
    if (seen === undefined) continue
    byCode.set(seen.code, merge(byCode.get(seen.code), seen))
  }
  return [...byCode.values()].toSorted((a, b) => strength(b) - strength(a))
}

function causeOf(task: StoppedTask): Cause | undefined {
  if (isOrdinaryEnd(task)) return undefined
  for (const { code, recognise } of Object.values(failureKinds)) {
    const recognised = recognise?.(task)
    if (recognised === undefined) continue
    return {
      code,
      patience: recognised.patience,
      times: 1,
      evidence: [evidenceOf(task, recognised.container)],
    }
  }
  return undefined
}

/**
 * Ends that say nothing about the new revision: Spot interruptions, AWS's own repairs, scaling, and somebody's `aws ecs stop-task`.
 * `ServiceSchedulerInitiated` is also the code of tasks that ECS stops for failing their health checks: those do count.
 */
function isOrdinaryEnd({ stopCode, stoppedReason = '' }: StoppedTask): boolean {
  switch (stopCode) {
    case 'SpotInterruption':
    case 'TerminationNotice':
    case 'InfrastructureHealth':
    case 'UserInitiated':
      return true
    case 'ServiceSchedulerInitiated':
      return !/health checks/i.test(stoppedReason)
    default:
      return false
  }
}

function merge(before: Cause | undefined, next: Cause): Cause {
  if (before === undefined) return next
  return {
    code: before.code,
    patience: before.patience === 'none' ? 'none' : next.patience,
    times: before.times + next.times,
    evidence: [...before.evidence, ...next.evidence].slice(0, evidenceKept),
  }
}

function strength({ patience, times }: Cause): number {
  const certainty = { none: 3, second_task: 2, readiness: 1, ecs: 0 }[patience]
  return certainty * 1000 + Math.min(times, 999)
}
