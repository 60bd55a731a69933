import type { RollbackCause } from '../state.ts'

/** What `statusReason` and `rollback.reason` say. That of the circuit breaker was seen on AWS; the others are ours. */
export function rollbackReason(cause: RollbackCause, stage = ''): string {
  switch (cause) {
    case 'circuit-breaker':
      return 'Service deployment rolled back because the circuit breaker threshold was exceeded.'
    case 'alarm':
      return 'Service deployment rolled back because an alarm was detected.'
    case 'hook':
      return `Service deployment rolled back because ${stage} lifecycle hook(s) failed.`
    case 'requested':
      return 'Service deployment rolled back because of a StopServiceDeployment request.'
    case 'superseded':
      return 'Service deployment was superseded.'
  }
}

export const noCandidate = 'No rollback candidate was found to run the rollback.'

/** How a failure reads in a service event, as a deployment's `rolloutStateReason`, and of a stopped service deployment. */
export function deploymentFailure(
  cause: RollbackCause,
  stage = '',
): {
  readonly event: string
  readonly state: string
  readonly stopped: string
} {
  switch (cause) {
    case 'circuit-breaker':
      return {
        event: 'tasks failed to start.',
        state: 'ECS deployment circuit breaker: tasks failed to start.',
        stopped: 'Service deployment stopped because the circuit breaker threshold was exceeded.',
      }
    case 'alarm':
      return {
        event: 'alarm detected.',
        state: 'ECS deployment failed: alarm detected.',
        stopped: 'Service deployment stopped because an alarm was detected.',
      }
    case 'hook':
    case 'requested':
    case 'superseded':
      return {
        event: rollbackReason(cause, stage),
        state: `ECS deployment failed: ${rollbackReason(cause, stage)}`,
        stopped: rollbackReason(cause, stage),
      }
  }
}
