import type { StrategySettings } from './schema.ts'
import { strategyDefaults as defaults } from './strategy-defaults.ts'

/** CloudFormation refuses what would take longer, to stay within its own 36 hours. */
export const longestMinutes = 33 * 60

/** How long a strategy takes from the first shift of traffic to its end, in minutes; pauses are left out. */
export function minutesOfStrategy(strategy: StrategySettings): number {
  const { type, bakeMinutes = defaults.bakeMinutes, stepPercent = defaults.stepPercent } = strategy
  switch (type) {
    case 'rolling':
    case 'blue_green':
      return firstBakeOf(strategy)
    case 'canary':
      return bakeMinutes + firstBakeOf(strategy)
    case 'linear':
      return bakeMinutes + firstBakeOf(strategy) * (Math.ceil(100 / stepPercent) - 1)
  }
}

/** How long the first share of the traffic stays alone, in minutes: what an alarm has to ring before more users see a bad version. */
export function firstBakeOf({
  type,
  bakeMinutes = defaults.bakeMinutes,
  canaryBakeMinutes = defaults.canaryBakeMinutes,
  stepBakeMinutes = defaults.stepBakeMinutes,
}: StrategySettings): number {
  switch (type) {
    case 'rolling':
      return 0
    case 'blue_green':
      return bakeMinutes
    case 'canary':
      return canaryBakeMinutes
    case 'linear':
      return stepBakeMinutes
  }
}
