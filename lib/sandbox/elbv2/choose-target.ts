import type { World } from '../world.ts'
import type { TargetGroupRecord, TargetRecord } from './state.ts'
import { targetHealth } from './target-health.ts'

export type ChooseTargetOptions = {
  readonly group: TargetGroupRecord
  readonly at: number
  /** How many requests the group had before: its targets take turns. */
  readonly turn: number
}

/** The target that gets a request; undefined when the group has none that could. */
export function chooseTarget(
  world: World,
  { group, at, turn }: ChooseTargetOptions,
): TargetRecord | undefined {
  const { elbv2: state } = world.state
  // A target that drains gets nothing new.
  const registered = group.targets.filter(
    ({ drainingSince, goneAt = Infinity }) => drainingSince === undefined && goneAt > at,
  )
  const good = registered.filter(target => {
    const { State } = targetHealth({ state, group, target, at })
    return State === 'healthy' || State === 'unavailable'
  })
  // "Fail open": where no target is healthy, all of them get requests.
  const eligible = good.length > 0 ? good : registered
  return eligible[turn % eligible.length]
}
