import type { SeenServiceDeployment } from '../observation.ts'

/** Whether one of ECS's own monitors has called the deployment failed: that is the reason, whoever asked for what meanwhile. */
export function isFaultFound({ circuitBreaker, alarms, hooks }: SeenServiceDeployment): boolean {
  return (
    circuitBreaker?.status === 'TRIGGERED' ||
    alarms?.status === 'TRIGGERED' ||
    hooks.some(({ status }) => status === 'FAILED' || status === 'TIMED_OUT')
  )
}
