import type { StrategyConfig } from '../../config/app-config.ts'
import type { Overrides } from '../../deployment/deployment.ts'
import { changedConfiguration } from '../../strategy/changed-configuration.ts'
import {
  type DeploymentConfiguration,
  deploymentConfiguration,
  strategyOf,
} from '../../strategy/deployment-configuration.ts'
import { strategyConfiguration, unnamedAtRest } from '../../strategy/strategy-configuration.ts'
import type { GatheredProcess } from './gather.ts'
import type { PlannedProcess } from './plan.ts'

export type StrategyOfPlan = Pick<
  PlannedProcess,
  'strategy' | 'strategyName' | 'settings' | 'overrides' | 'configuration' | 'restore'
>

/**
 * What ECS is sent, and what the service is to have afterwards: its own strategy, without pauses, which would hold up deployments that nobody
 * at a terminal has begun.
 */
export function strategyOfPlan(
  { service, strategy: chosen, alarms, alarmsAtRest }: GatheredProcess,
  {
    hasHealthCheck,
    overrides,
  }: { readonly hasHealthCheck: boolean; readonly overrides: Overrides | undefined },
): StrategyOfPlan {
  const { strategy, own, isReadOff = false } = 'code' in chosen ? {} : chosen
  const kept = deploymentConfiguration({ existing: service.configuration, hasHealthCheck })
  if (strategy === undefined) return { strategy: strategyOf(service.configuration), configuration: kept }
  const hasTestTraffic = service.wiring.some(({ testRule }) => testRule !== undefined)
  const configured = (by: StrategyConfig, alarmNames: readonly string[]): DeploymentConfiguration =>
    strategyConfiguration({
      strategy: by,
      existing: service.configuration,
      hasHealthCheck,
      hasTestTraffic,
      alarmNames,
      keepsPauses: own === undefined && overrides?.['pauseBefore'] === undefined,
    })
  const wanted = configured(strategy, alarms)
  const keys = Object.keys(overrides ?? {})
  const configuration = isReadOff ? changedConfiguration({ existing: kept, wanted, keys }) : wanted
  const atRest =
    own === undefined ? unnamedAtRest(kept) : configured({ ...own, pauseBefore: undefined }, alarmsAtRest)
  const isOneOff = JSON.stringify(atRest) !== JSON.stringify(configuration)
  return {
    strategy: strategy.type,
    ...(strategy.name !== strategy.type && { strategyName: strategy.name }),
    settings: strategy,
    ...(overrides !== undefined && Object.keys(overrides).length > 0 && { overrides }),
    configuration,
    ...(isOneOff && { restore: atRest }),
  }
}
