import type { Observation } from '../observation.ts'
import type { After, In } from '../state.ts'

/** ECS was asked to turn back and nothing had failed; ends when ECS is through with it. */
export function whileCancelling(state: In<'cancelling'>, { ours }: Observation): After<'cancelling'> {
  const { reached, ecs, cancellation } = state
  switch (ours?.status) {
    case 'ROLLBACK_SUCCESSFUL':
    case 'STOPPED':
      return { is: 'cancelled', reached, cancellation, ...(ecs && { ecs }) }
    case 'ROLLBACK_FAILED': {
      const code = ours.rollback?.serviceRevision === undefined ? 'no_rollback_candidate' : 'rollback_failed'
      const awsReason = ours.statusReason
      return {
        is: 'failed',
        reached,
        failure: { code, evidence: [], ...(awsReason !== undefined && { awsReason }) },
        ...(ecs && { ecs }),
      }
    }
    default:
      return state
  }
}
