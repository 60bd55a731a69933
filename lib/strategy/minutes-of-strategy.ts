import type { StrategyConfig } from '../config/app-config.ts'

/** How long a strategy takes from the first shift of traffic to its end, in minutes; pauses are left out. */
export function minutesOfStrategy({
  type,
  bakeMinutes = 0,
  canaryBakeMinutes = 10,
  stepPercent = 10,
  stepBakeMinutes = 6,
}: StrategyConfig): number {
  switch (type) {
    case 'rolling':
      return 0
    case 'blue_green':
      return bakeMinutes
    case 'canary':
      return bakeMinutes + canaryBakeMinutes
    case 'linear':
      return bakeMinutes + stepBakeMinutes * (Math.ceil(100 / stepPercent) - 1)
  }
}
