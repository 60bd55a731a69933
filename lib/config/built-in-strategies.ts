import type { StrategyConfig } from './app-config.ts'

/**
 * Strategies that need no settings. `all_at_once` moves all traffic in one step to tasks that are ready, and keeps nothing to go back to at
 * once: blue_green without a bake time. (Rolling with a minimum of 0% would do the same with an outage.)
 */
export const builtInStrategies: readonly StrategyConfig[] = [
  { name: 'rolling', type: 'rolling' },
  { name: 'blue_green', type: 'blue_green' },
  { name: 'canary', type: 'canary' },
  { name: 'linear', type: 'linear' },
  { name: 'all_at_once', type: 'blue_green', bakeMinutes: 0 },
]
