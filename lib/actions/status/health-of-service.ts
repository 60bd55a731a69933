import type { Health } from '../../names/vocabulary.ts'
import type { Service } from '../ports.ts'

/** By ECS's own counts, and by whether it has given its deployment up. */
export function healthOfService({ running, desired, deployments }: Service): Health {
  const isFailing = deployments.some(
    ({ status, rolloutState, failedTasks }) =>
      status === 'PRIMARY' && (rolloutState === 'FAILED' || (failedTasks > 0 && running < desired)),
  )
  if (isFailing) return 'unhealthy'
  return running >= desired ? 'healthy' : 'pending'
}
