/** What a strategy is where it does not say. */
export const strategyDefaults = {
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  bakeMinutes: 0,
  canaryPercent: 5,
  canaryBakeMinutes: 10,
  stepPercent: 10,
  stepBakeMinutes: 6,
  pauseTimeoutMinutes: 1440,
  onPauseTimeout: 'rollback',
} as const
