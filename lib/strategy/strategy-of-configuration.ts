import type { StrategyConfig } from '../config/app-config.ts'
import { type DeploymentConfiguration, strategyOf } from './deployment-configuration.ts'

/** The strategy that a service's configuration stands for: of one that tapit did not make, to change parts of it for one deployment. */
export function strategyOfConfiguration(configuration: DeploymentConfiguration): StrategyConfig {
  const type = strategyOf(configuration)
  const {
    minimumHealthyPercent,
    maximumPercent,
    bakeTimeInMinutes,
    canaryConfiguration,
    linearConfiguration,
  } = configuration
  const { canaryPercent, canaryBakeTimeInMinutes: canaryBakeMinutes } = canaryConfiguration ?? {}
  const { stepPercent, stepBakeTimeInMinutes: stepBakeMinutes } = linearConfiguration ?? {}
  return {
    name: type,
    type,
    ...(minimumHealthyPercent !== undefined && { minimumHealthyPercent }),
    ...(maximumPercent !== undefined && { maximumPercent }),
    ...(type !== 'rolling' && bakeTimeInMinutes !== undefined && { bakeMinutes: bakeTimeInMinutes }),
    ...(type === 'canary' && canaryPercent !== undefined && { canaryPercent }),
    ...(type === 'canary' && canaryBakeMinutes !== undefined && { canaryBakeMinutes }),
    ...(type === 'linear' && stepPercent !== undefined && { stepPercent }),
    ...(type === 'linear' && stepBakeMinutes !== undefined && { stepBakeMinutes }),
  }
}
