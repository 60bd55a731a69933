import type { Clock } from '../../lib/names/clock.ts'

type Sleeper = { readonly until: number; wake(): void }

/**
 * Real time, but whoever waits waits less long: both the command line and the sandbox live by it, so that a minute's deployment takes a
 * second or two. Work takes as long as it takes: otherwise a machine that is slow, or busy with something else, would let half a minute
 * of a deployment pass in each second of it.
 */
export function fastClock(speed: number): Clock {
  const time = { now: Date.now(), spent: performance.eventLoopUtilization(), isTicking: false }
  const sleepers = new Set<Sleeper>()

  const now = (): number => {
    const { idle, active } = time.spent
    time.spent = performance.eventLoopUtilization()
    time.now += Math.min(time.spent.idle - idle, longestWait) * speed + (time.spent.active - active)
    return Math.round(time.now)
  }

  const tick = (): void => {
    const left = Math.min(...[...sleepers].map(({ until }) => until)) - now()
    time.isTicking = sleepers.size > 0
    if (time.isTicking) setTimeout(look, Math.min(left / speed, betweenLooks))
  }

  const look = (): void => {
    const reached = now()
    const due = [...sleepers].filter(({ until }) => until <= reached)
    for (const { wake } of due.toSorted((one, other) => one.until - other.until)) wake()
    tick()
  }

  return {
    now,
    sleep: (milliseconds, signal) =>
      new Promise(resolve => {
        if (signal?.aborted === true) return resolve()
        const wake = (): void => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { until: now() + milliseconds, wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake)
        if (!time.isTicking) tick()
      }),
  }
}

/** Of real milliseconds. As long as anybody sleeps there are looks, so that time goes at its full speed where nothing is in the way. */
const betweenLooks = 3
const longestWait = 5
