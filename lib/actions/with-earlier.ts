import type { DeploymentConfiguration } from '../strategy/deployment-configuration.ts'
import { lambdaHooks } from '../strategy/strategy-configuration.ts'
import type { PlannedProcess } from './plan.ts'

/**
 * The plan where an earlier deployment has left its own configuration on the service: what the service told the plan was that one's.
 * `restore` is what the earlier one had to give back. A service that is tagged with its strategy has all from there but its hooks.
 */
export function withEarlier(
  plan: PlannedProcess,
  restore: DeploymentConfiguration | undefined,
): PlannedProcess {
  if (restore === undefined) return plan
  if (plan.settings === undefined) return { ...plan, configuration: restore }
  const hooks = lambdaHooks(restore)
  const configuration = withHooks(plan.configuration, hooks)
  const own = plan.isOwnStrategyKnown ? plan.restore && withHooks(plan.restore, hooks) : restore
  return { ...plan, configuration, ...(own && { restore: own }) }
}

function withHooks(
  configuration: DeploymentConfiguration,
  hooks: ReturnType<typeof lambdaHooks>,
): DeploymentConfiguration {
  const { strategy, lifecycleHooks = [] } = configuration
  if (strategy === 'ROLLING') return configuration
  const pauses = lifecycleHooks.filter(({ targetType }) => targetType === 'PAUSE')
  return { ...configuration, lifecycleHooks: [...hooks, ...pauses] }
}
