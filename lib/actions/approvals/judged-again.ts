import type { RefusedProcess } from '../plan/plan.ts'
import type { PlanAgain } from '../plan/plan-again.ts'
import { type JudgeOptions, type Judgement, judgePlan } from './judge-plan.ts'
import { reasonOf } from './held.ts'

export type JudgedAgainOptions = JudgeOptions & {
  /** Hears how a process that may start was judged: somebody may go past policies that asked for nothing before. */
  readonly pass: (process: string, judgement: Judgement) => void
}

/** What was built is judged once more before it starts: its scan is known only now, and time has passed. */
export function judgedAgain(planAgain: PlanAgain, { pass, ...options }: JudgedAgainOptions): PlanAgain {
  return async (process, digest) => {
    const plan = await planAgain(process, digest)
    if (plan.is === 'refused') return plan
    const judgement = await judgePlan({ processes: [plan] }, options)
    const objections = [...(judgement?.denied ?? []), ...(judgement?.needsApproval ?? [])]
    if (objections.length > 0) return refused(process, reasonOf(objections))
    if (judgement !== undefined) pass(process, judgement)
    return plan
  }
}

function refused(process: string, reason: string): RefusedProcess {
  return {
    is: 'refused',
    process,
    code: 'policy_denied',
    reason: `a policy stops it now that its image is built: ${reason}`,
    advice: 'Its image is there: tapit create deploy docker_tag=… asks for it again.',
  }
}
