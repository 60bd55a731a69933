import type { StrategyType } from './vocabulary.ts'

/** Settings of a strategy that only some types have; ECS drops in silence, or waits for in vain, what does not fit. */
export const typesOfStrategyKeys = {
  canaryPercent: ['canary'],
  canaryBakeMinutes: ['canary'],
  stepPercent: ['linear'],
  stepBakeMinutes: ['linear'],
  bakeMinutes: ['blue_green', 'canary', 'linear'],
  pauseBefore: ['blue_green', 'canary', 'linear'],
  pauseTimeoutMinutes: ['blue_green', 'canary', 'linear'],
  onPauseTimeout: ['blue_green', 'canary', 'linear'],
} as const satisfies Readonly<Record<string, readonly StrategyType[]>>
