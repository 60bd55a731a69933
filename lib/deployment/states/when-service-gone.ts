import { reachedStage } from '../reached-stage.ts'
import type { Failure } from '../failure.ts'
import type { Observation } from '../observation.ts'
import type { State } from '../state.ts'

/** How a deployment ends whose service was deleted under it; absent while it can end otherwise. */
export function whenServiceGone(
  state: State,
  { isServiceGone = false, successor, unattended = false, ours }: Observation,
): State | undefined {
  // What had its end before that is told by ECS.
  const isThrough = ours?.status === 'SUCCESSFUL' || successor !== undefined
  if (!isServiceGone) return undefined
  switch (state.is) {
    case 'preparing':
      // Whoever prepares it finds out from ECS.
      return unattended
        ? { is: 'failed', reached: 'building', ...revisionOf(state), failure: gone() }
        : undefined
    case 'starting':
    case 'checking':
    case 'shifting':
    case 'draining':
      return isThrough
        ? undefined
        : { is: 'failed', reached: reachedStage(state), ecs: state.ecs, failure: gone() }
    case 'watching':
      return { is: 'failed', reached: reachedStage(state), ecs: state.ecs, failure: gone() }
    case 'rolling_back':
      return { is: 'failed', reached: state.reached, ecs: state.ecs, failure: gone(state.failure) }
    case 'cancelling': {
      const { reached, cancellation, ecs } = state
      return { is: 'cancelled', reached, cancellation, ...(ecs && { ecs }) }
    }
    case 'stopping':
      return { is: 'stopped', ecs: state.ecs }
    case 'awaiting_approval':
    case 'denied':
    case 'live':
    case 'rolled_back':
    case 'cancelled':
    case 'failed':
    case 'stopped':
      return undefined
  }
}

function gone(cause?: Failure): Failure {
  return { code: 'service_gone', evidence: [], ...(cause && { cause }) }
}

function revisionOf({ taskDefinition }: State & { readonly is: 'preparing' }): {
  readonly ecs?: { readonly taskDefinition: string }
} {
  return taskDefinition === undefined ? {} : { ecs: { taskDefinition } }
}
