import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../lib/names/clock.ts'

/** Time that only passes when a test says so: whoever sleeps is woken in the order of the moments, each with the time to do its work. */
export type VirtualClock = Clock & {
  /** Lets time pass, and everybody who is woken meanwhile work until nothing is under way. */
  pass(milliseconds: number): Promise<void>
}

type Sleeper = { readonly until: number; wake(): void }

/** `isBusy`: whether something is under way that no sleep shows, such as a request. */
export function virtualClock({
  start,
  isBusy,
}: {
  readonly start: number
  readonly isBusy: () => boolean
}): VirtualClock {
  let now = start
  const sleepers = new Set<Sleeper>()

  async function quiet(): Promise<void> {
    // What a request's answer sets off takes a few turns of the event loop to ask the next one.
    for (let turns = 0; turns < quietTurns; turns += 1) {
      if (isBusy()) turns = 0
      await setImmediate()
    }
  }

  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise(resolve => {
        if (signal?.aborted === true) return resolve()
        const wake = (): void => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { until: now + milliseconds, wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake)
      }),
    async pass(milliseconds) {
      const until = now + milliseconds
      await quiet()
      while (true) {
        const next = Math.min(...[...sleepers].map(each => each.until))
        if (next > until) break
        now = Math.max(now, next)
        for (const sleeper of sleepers) if (sleeper.until <= now) sleeper.wake()
        await quiet()
      }
      now = until
    },
  }
}

const quietTurns = 4
