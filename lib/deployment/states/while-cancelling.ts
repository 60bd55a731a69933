import type { Observation } from '../observation.ts'
import type { After, In } from '../state.ts'
import { wayBackFailed } from './way-back-failed.ts'

/** ECS was asked to turn back and nothing had failed; ends when ECS is through with it. */
export function whileCancelling(state: In<'cancelling'>, { ours }: Observation): After<'cancelling'> {
  const { reached, ecs, cancellation } = state
  switch (ours?.status) {
    case 'ROLLBACK_SUCCESSFUL':
    case 'STOPPED':
      return { is: 'cancelled', reached, cancellation, ...(ecs && { ecs }) }
    case 'ROLLBACK_FAILED':
      return { is: 'failed', reached, failure: wayBackFailed({ way: ours }), ...(ecs && { ecs }) }
    default:
      return state
  }
}
