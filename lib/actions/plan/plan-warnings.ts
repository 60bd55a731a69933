import type { Warning } from '../events.ts'
import type { Gathered } from './gather.ts'
import { firstBakeOf, minutesOfStrategy } from '../../config/minutes-of-strategy.ts'
import type { Plan, PlannedProcess } from './plan.ts'

/** What does not stop a plan, but a person should know before it is carried out. `patience` is how long it is waited for, in milliseconds. */
export function planWarnings(
  { processes, leftOut, cannotFollow }: Pick<Gathered, 'processes' | 'leftOut' | 'cannotFollow'>,
  plan: Plan,
  { patience = Infinity }: { readonly patience?: number } = {},
): readonly Warning[] {
  const planned = plan.processes.filter(each => each.is === 'planned')
  const chosen = processes.flatMap(({ image }) =>
    'chosen' in image && image.chosen !== undefined
      ? [{ dockerTag: image.dockerTag, because: image.chosen }]
      : [],
  )
  return [
    ...(cannotFollow === undefined ? [] : [{ is: 'cannot_follow', reason: cannotFollow.message } as const]),
    ...(leftOut.length > 0 ? [{ is: 'services_left_out', services: leftOut } as const] : []),
    ...chosen.slice(0, 1).map(each => ({ is: 'tag_chosen', ...each }) as const),
    ...processes.flatMap(({ process, alarmsRinging }) =>
      alarmsRinging.length > 0 ? [{ is: 'alarms_ignored', process, alarms: alarmsRinging } as const] : [],
    ),
    ...processes.flatMap(({ process, misplaced }) =>
      misplaced === undefined ? [] : [{ is: 'traffic_misplaced', process, ...misplaced } as const],
    ),
    ...planned.flatMap(({ process, settings }) => slowAlarms(process, settings)),
    ...planned.flatMap(({ process, settings }) => {
      const minutes = settings === undefined ? 0 : minutesOfStrategy(settings)
      return minutes * 60_000 < patience ? [] : [{ is: 'longer_than_wait', process, minutes } as const]
    }),
    ...planned.flatMap(({ process, previous }) =>
      previous === undefined ? [{ is: 'nothing_to_roll_back_to', process } as const] : [],
    ),
    ...planned.flatMap(({ process, desired, count, stop }) =>
      stop === undefined || count === undefined
        ? []
        : [{ is: 'starts_again', process, desired, stop } as const],
    ),
    ...planned.flatMap(({ process, desired }) =>
      desired === 0 ? [{ is: 'no_tasks_wanted', process } as const] : [],
    ),
  ]
}

/** Load balancers report by the minute, and CloudWatch and ECS look after that: on AWS this much is gone before an alarm of one minute rings. */
const minutesUntilHeard = 3

function slowAlarms(process: string, settings: PlannedProcess['settings']): readonly Warning[] {
  if (settings?.rollbackOn === undefined || settings.type === 'rolling') return []
  const needed = Math.max(...settings.rollbackOn.map(({ forMinutes = 1 }) => forMinutes)) + minutesUntilHeard
  const bake = firstBakeOf(settings)
  return bake < needed ? [{ is: 'alarms_too_slow', process, bake, needed }] : []
}
