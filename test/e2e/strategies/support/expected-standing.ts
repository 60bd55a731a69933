import { expect } from 'vitest'
import { blue, green, type Standing } from './strategy-shop.ts'

export type ExpectedStanding = {
  readonly process: string
  readonly runs: string
  /** Whether the traffic has moved to the other target group. @default false */
  readonly isMoved?: boolean
}

/** All tasks run one image, all production traffic goes to them, and ECS has nothing left to do. */
export function expectedStanding({ process, runs, isMoved = false }: ExpectedStanding): Standing {
  const isWeb = process === 'default'
  return {
    runs: [runs],
    count: isWeb ? 2 : 1,
    rolloutStates: ['COMPLETED'],
    ...(isWeb && {
      production: isMoved ? green : blue,
      // What a rolling deployment leaves of the testers' rule is as it was before.
      test: isMoved ? green : expect.toSatisfy(isWhole),
    }),
  }
}

function isWhole(weights: readonly number[]): boolean {
  return weights.length === 2 && weights.toSorted((one, other) => one - other).join(' ') === '0 100'
}
