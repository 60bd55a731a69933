import type { DeploymentConfiguration } from '../strategy/deployment-configuration.ts'
import type { PlannedProcess } from './plan.ts'

/**
 * The plan where an earlier deployment has left its own configuration on the service. A service that is tagged with its strategy has its
 * configuration from there; of any other the service itself is all that tells, and what it told the plan was the earlier deployment's.
 */
export function withEarlier(
  plan: PlannedProcess,
  restore: DeploymentConfiguration | undefined,
): PlannedProcess {
  if (restore === undefined) return plan
  if (plan.settings === undefined) return { ...plan, configuration: restore }
  return plan.restore === undefined || plan.isOwnStrategyKnown ? plan : { ...plan, restore }
}
