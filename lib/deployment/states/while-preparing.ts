import type { Observation } from '../observation.ts'
import type { After, In } from '../state.ts'

/**
 * ECS may have been asked although nobody lived to write it down: then ECS shows our revision. A deployment that nobody
 * prepares any more, and that ECS knows nothing of, will never start.
 */
export function whilePreparing(state: In<'preparing'>, seen: Observation): After<'preparing'> {
  const { taskDefinition } = state
  if (seen.ours !== undefined && taskDefinition !== undefined) {
    return {
      is: 'starting',
      ecs: { taskDefinition, serviceDeployment: seen.ours.arn, createdAt: seen.ours.createdAt },
    }
  }
  if (seen.unattended === true && seen.successor !== undefined) {
    return {
      is: 'cancelled',
      reached: 'building',
      cancellation: { code: 'superseded', successor: seen.successor.serviceDeployment },
    }
  }
  if (seen.unattended === true)
    return { is: 'failed', reached: 'building', failure: { code: 'timed_out', evidence: [] } }
  return state
}
