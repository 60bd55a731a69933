import type { Deployment } from '../deployment.ts'
import type { Observation } from '../observation.ts'
import type { After, In } from '../state.ts'

/**
 * ECS may have been asked although nobody lived to write it down: then ECS shows our revision. A deployment that nobody
 * prepares any more, and that ECS knows nothing of, will never start.
 */
export function whilePreparing(
  state: In<'preparing'>,
  seen: Observation,
  deployment: Deployment,
): After<'preparing'> {
  const { taskDefinition } = state
  const ecs = taskDefinition === undefined ? {} : { ecs: { taskDefinition } }
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
      ...ecs,
      cancellation: { code: 'superseded', successor: seen.successor.serviceDeployment },
    }
  }
  if (seen.unattended === true && seen.isSearched === true && !mayBeHidden(deployment, seen))
    return { is: 'failed', reached: 'building', ...ecs, failure: { code: 'timed_out', evidence: [] } }
  return state
}

/** ECS does not show a deployment at once that it was asked for: usually within a second or two. */
const hiddenFor = 20_000

function mayBeHidden({ state, timeline, createdAt }: Deployment, { at }: Observation): boolean {
  const isRegistered = state.is === 'preparing' && state.taskDefinition !== undefined
  return isRegistered && at - (timeline.at(-1)?.at ?? createdAt) < hiddenFor
}
