import { setTimeout as wait } from 'node:timers/promises'

import type { Clock } from '../names/clock.ts'

/** Node's timers hold 32 bits; anything longer would end at once. */
const longestTimer = 2 ** 31 - 1

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, signal) {
    try {
      await wait(Math.min(Math.max(milliseconds, 0), longestTimer), undefined, { signal })
    } catch (error) {
      if (signal?.aborted !== true) throw error
    }
  },
}
