import type { Clock } from '../../lib/names/clock.ts'

/** Time that only passes when somebody sleeps. */
export type FakeClock = Clock & { readonly slept: readonly number[] }

export function fakeClock(start: number = Date.UTC(2026, 10, 20)): FakeClock {
  const slept: number[] = []
  let now = start
  return {
    slept,
    now: () => now,
    async sleep(milliseconds) {
      slept.push(milliseconds)
      now += milliseconds
    },
  }
}
