import type { StrategySettings } from './schema.ts'

/** CloudFormation refuses what would take longer, to stay within its own 36 hours. */
export const longestMinutes = 33 * 60

/** How long a strategy takes from the first shift of traffic to its end, in minutes; pauses are left out. */
export function minutesOfStrategy({
  type,
  bakeMinutes = 0,
  canaryBakeMinutes = 10,
  stepPercent = 10,
  stepBakeMinutes = 6,
}: StrategySettings): number {
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

/** How long the first share of the traffic stays alone, in minutes: what an alarm has to ring before more users see a bad version. */
export function firstBakeOf({
  type,
  bakeMinutes = 0,
  canaryBakeMinutes = 10,
  stepBakeMinutes = 6,
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
