import type { AppConfig, ProcessConfig, StrategyConfig } from '../config/app-config.ts'
import { outsideTargets } from '../config/outside-targets.ts'
import { misfitsOfStrategy } from '../strategy/misfits-of-strategy.ts'

export type UsableStrategiesOptions = {
  readonly config: Pick<AppConfig, 'environment' | 'strategies' | 'rules'>
  readonly process: Pick<ProcessConfig, 'name' | 'kind'>
  /** @default - not known yet: strategies for any region */
  readonly region?: string
}

/** The strategies of tapit.yml that `strategy=` may name when this process is deployed. */
export function usableStrategies({
  config: { environment, strategies, rules },
  process: { name, kind },
  region,
}: UsableStrategiesOptions): readonly StrategyConfig[] {
  const place = { environment, process: name, region }
  const isLoadBalanced = kind !== 'worker'
  const leadingHere = rules.filter(({ process }) => process === name).length
  return Object.entries(strategies)
    .map(([strategy, settings]) => ({ ...settings, name: strategy }))
    .filter(strategy => outsideTargets(strategy, place) === undefined)
    .filter(strategy => misfitsOfStrategy({ strategy, isLoadBalanced, rules: leadingHere }).length === 0)
}
