import type { Observation } from '../observation.ts'
import type { After, In } from '../state.ts'

/**
 * ECS is content, but this process has no health check: it is live once it has kept running for a while. Without a
 * command that would bring the previous revision back there is nothing to wait for.
 */
export function whileWatching(state: In<'watching'>, seen: Observation): After<'watching'> {
  const isOver = seen.at >= state.until || seen.successor !== undefined || seen.unattended === true
  return isOver ? { is: 'live', ecs: state.ecs } : state
}
