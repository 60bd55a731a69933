import type { StrategyConfig } from '../config/app-config.ts'
import { longestMinutes, minutesOfStrategy } from '../config/minutes-of-strategy.ts'
import { typesOfStrategyKeys } from '../names/strategy-keys.ts'
import { strategyDefaults as defaults } from '../config/strategy-defaults.ts'

/** What else a process has a say in. */
export type MisfitsOptions = {
  readonly strategy: StrategyConfig
  readonly isLoadBalanced: boolean
  /** Rules of the load balancer that lead to the process. @default 1 */
  readonly rules?: number
}

/** What in a strategy cannot work for a process, in sentences; none, and it can. */
export function misfitsOfStrategy({
  strategy,
  isLoadBalanced,
  rules = 1,
}: MisfitsOptions): readonly string[] {
  const {
    name,
    type,
    minimumHealthyPercent = defaults.minimumHealthyPercent,
    maximumPercent = defaults.maximumPercent,
  } = strategy
  const minutes = minutesOfStrategy(strategy)
  return [
    ...misplaced(strategy),
    ...(maximumPercent <= minimumHealthyPercent
      ? [
          `the strategy ${name} leaves no room to start or stop a task: maximumPercent (${maximumPercent}) must be above minimumHealthyPercent (${minimumHealthyPercent})`,
        ]
      : []),
    ...(minutes > longestMinutes
      ? [`the strategy ${name} takes ${minutes} minutes; at most ${longestMinutes} are possible`]
      : []),
    ...(rules > 1 && type !== 'rolling'
      ? [
          `${rules} rules of the load balancer lead here, and ${type} can switch one: use rolling, or one rule`,
        ]
      : []),
    ...(!isLoadBalanced && (type === 'canary' || type === 'linear')
      ? [`${type} moves traffic, and a worker has none: use rolling or blue_green`]
      : []),
    ...(!isLoadBalanced && strategy.rollbackOn?.some(({ metric }) => metric.startsWith('http.'))
      ? [`the strategy ${name} rolls back on http metrics, and a worker has none: use system metrics`]
      : []),
    ...(strategy.rollbackOn?.some(({ above, below }) => (above === undefined) === (below === undefined))
      ? [`each rule of rollbackOn in the strategy ${name} needs either above or below`]
      : []),
  ]
}

function misplaced(strategy: StrategyConfig): readonly string[] {
  return Object.entries(typesOfStrategyKeys)
    .filter(([key, types]) => Object.hasOwn(strategy, key) && types.every(type => type !== strategy.type))
    .map(
      ([key, types]) =>
        `the strategy ${strategy.name} is ${strategy.type}, and ${key} is for ${types.join(', ')}`,
    )
}
