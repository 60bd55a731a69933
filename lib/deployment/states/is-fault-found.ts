import { failedHook } from '../failed-hook.ts'
import type { SeenServiceDeployment } from '../observation.ts'

/** Whether one of ECS's own monitors has called the deployment failed: that is the reason, whoever asked for what meanwhile. */
export function isFaultFound(ours: SeenServiceDeployment): boolean {
  const { circuitBreaker, alarms } = ours
  return (
    circuitBreaker?.status === 'TRIGGERED' || alarms?.status === 'TRIGGERED' || failedHook(ours) !== undefined
  )
}
