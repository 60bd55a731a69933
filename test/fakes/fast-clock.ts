import type { Clock } from '../../lib/names/clock.ts'

type Sleeper = { readonly until: number; wake(): void }

/**
 * Real time, but faster: both the command line and the sandbox live by it, so that a minute's deployment takes a second or two.
 * Where the machine is busy it goes slower: a second in which this process could not run would be half a minute of a deployment.
 */
export function fastClock(speed: number): Clock {
  const time = { now: Date.now(), lookedAt: performance.now(), isTicking: false }
  const sleepers = new Set<Sleeper>()

  const now = (): number => {
    const at = performance.now()
    time.now += Math.min(at - time.lookedAt, longestStep) * speed
    time.lookedAt = at
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
const longestStep = 5
