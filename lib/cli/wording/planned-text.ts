import type { Plan, ProcessPlan } from '../../actions/plan/plan.ts'
import { previousName } from './previous-name.ts'
import { shortDigest } from './short-digest.ts'
import { strategyLabel } from './strategy-label.ts'

/** What stands in the way of a plan, a line each; with `verbose`, what would be done as well. */
export function plannedText({ processes }: Plan, { verbose }: { verbose: boolean }): string[] {
  return processes.flatMap(each => (verbose || each.is === 'refused' ? processText(each) : []))
}

function processText(plan: ProcessPlan): string {
  if (plan.is === 'refused') return `${plan.process} refused: ${plan.reason}`
  const from = plan.previous === undefined ? 'nothing' : previousName(plan.previous)
  const said = [
    plan.imageDigest === undefined ? 'an image that is built first' : shortDigest(plan.imageDigest),
    strategyLabel(plan),
    ...(plan.isSameImage ? ['the same image'] : []),
    ...(plan.count === undefined || plan.count.before === plan.count.after
      ? []
      : [`${plan.count.before} → ${plan.count.after} tasks`]),
  ]
  return `${plan.process}: ${from} → ${said.join(', ')}`
}
