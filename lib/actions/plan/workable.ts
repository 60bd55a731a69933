import type { Plan, PlannedProcess } from './plan.ts'
import { refusalOfProcesses } from './refusal-of-processes.ts'

/** All processes or none: a deploy that cannot work for one of them changes nothing. */
export function workable({ processes }: Pick<Plan, 'processes'>): readonly PlannedProcess[] {
  const planned = processes.filter(each => each.is === 'planned')
  const [first, ...more] = processes.filter(each => each.is === 'refused')
  if (first === undefined) return planned
  throw refusalOfProcesses(
    [first, ...more],
    planned.map(({ process }) => process),
  )
}
