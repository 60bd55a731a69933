import type { StrategyConfig } from './app-config.ts'

/**
 * Strategies that need no settings. `blue_green` keeps the old tasks for five minutes, so that whatever shows by then is undone at once. `all_at_once` moves all traffic in one step to tasks that are ready, and keeps nothing to go back to at
 * once: blue_green without a bake time. (Rolling with a minimum of 0% would do the same with an outage.)
 */
export const builtInStrategies: readonly StrategyConfig[] = [
  { name: 'rolling', type: 'rolling' },
  { name: 'blue_green', type: 'blue_green', bakeMinutes: 5 },
  { name: 'canary', type: 'canary' },
  { name: 'linear', type: 'linear' },
  { name: 'all_at_once', type: 'blue_green', bakeMinutes: 0 },
]
