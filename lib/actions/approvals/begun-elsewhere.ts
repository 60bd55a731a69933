import type { Deployment } from '../../deployment/deployment.ts'
import { hasBegun } from '../../deployment/projections.ts'
import type { Instant } from '../../deployment/state.ts'
import type { DeployEvent } from '../events.ts'

/** Says of what was approved that another command has started it, and whose. */
export function begunElsewhere(deployments: readonly Deployment[], at: Instant): readonly DeployEvent[] {
  return deployments.filter(hasBegun).map(({ process, approval }) => {
    const by = approval?.startedBy
    return {
      is: 'warned',
      at,
      warning: { is: 'begun_elsewhere', process, ...(by !== undefined && { by }) },
    }
  })
}
