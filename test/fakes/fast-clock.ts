import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../../lib/names/clock.ts'

/** Real time, but faster: both the command line and the sandbox live by it, so that a minute's deployment takes a second or two. */
export function fastClock(speed: number): Clock {
  const begun = Date.now()
  return {
    now: () => Math.round(begun + (Date.now() - begun) * speed),
    sleep: async (milliseconds, signal) => {
      try {
        await wait(milliseconds / speed, undefined, signal && { signal })
      } catch (error) {
        if (!signal?.aborted) throw error
      }
    },
  }
}
