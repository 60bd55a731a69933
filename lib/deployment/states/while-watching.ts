import type { Observation } from '../observation.ts'
import type { After, In } from '../state.ts'

/**
 * ECS is content, but this process has no health check: it is live once it has kept running for a while. Without a
 * command that would bring the previous revision back there is nothing to wait for; while there is one, the end is for that one to see.
 */
export function whileWatching(state: In<'watching'>, seen: Observation): After<'watching'> {
  if (seen.isFollowed === true) return state
  const isOver = hasKeptRunning(state, seen) || seen.successor !== undefined || seen.unattended === true
  return isOver ? { is: 'live', ecs: state.ecs } : state
}

/** A crash of the last seconds shows only in an answer that was given after them. */
function hasKeptRunning({ until }: In<'watching'>, { at, stoppedReadAt = -Infinity }: Observation): boolean {
  return at >= until && stoppedReadAt >= until
}
