import type { Plan } from '../../actions/plan/plan.ts'
import { printableData } from './printable-data.ts'

/** A plan whose every text a terminal only shows. The definitions that it is made from are large and never drawn: they are left out. */
export function printablePlan(plan: Plan): Plan {
  return printableData({
    ...plan,
    processes: plan.processes.map(each =>
      each.is === 'planned' ? { ...each, from: { ...each.from, definition: {} } } : each,
    ),
  })
}
