import type { Clock } from '../../lib/names/clock.ts'

type Sleeper = { readonly until: number; wake(): void }

/**
 * Real time, but faster: both the command line and the sandbox live by it, so that a minute's deployment takes a second or two.
 * It is the time that this process has: where others keep it from working, nothing goes on in the deployment either.
 */
export function fastClock(speed: number): Clock {
  const time = { now: Date.now(), had: timeHad(), isTicking: false }
  const sleepers = new Set<Sleeper>()

  const now = (): number => {
    const before = time.had
    time.had = timeHad()
    const waited = Math.min(time.had.waited - before.waited, longestWait)
    const worked = Math.min(time.had.worked - before.worked, time.had.awake - before.awake)
    time.now += (waited + worked) * speed
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

type TimeHad = {
  /** For something to do: a timer or an answer. */
  readonly waited: number
  /** Not waiting; the processor may have been somebody else's. */
  readonly awake: number
  /** On a processor. */
  readonly worked: number
}

/** Of this process, in milliseconds. */
function timeHad(): TimeHad {
  const { idle, active } = performance.eventLoopUtilization()
  const { user, system } = process.cpuUsage()
  return { waited: idle, awake: active, worked: (user + system) / 1000 }
}
