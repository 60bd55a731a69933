import { describe, expect, it } from 'vitest'
import type { LogLine, Logs } from '../../lib/actions/ports.ts'
import {
  type LogSource,
  type ProcessLine,
  type ReadLogsOptions,
  readLogs,
} from '../../lib/actions/logs/read-logs.ts'
import { Trouble, type TroubleKind } from '../../lib/actions/trouble.ts'
import { type FakeClock, fakeClock } from '../adapters/fake-clock.ts'

const minute = 60_000
const web: LogSource = { process: 'web', group: '/web' }
const worker: LogSource = { process: 'worker', group: '/worker' }

describe('following logs', () => {
  it('loses no line of a source that was throttled for minutes', async () => {
    const clock = fakeClock(0)
    const logs = groups(clock, {
      '/web': { lines: [line('w1', 1_000)], throttledFrom: 0, throttledUntil: 5 * minute },
    })

    const found = await followed([web], { clock, logs, until: 10 * minute })

    expect(found.map(({ id }) => id)).toEqual(['w1'])
  })

  it('goes on with the others while one is throttled, and asks it from where it was read last', async () => {
    const clock = fakeClock(0)
    const logs = groups(clock, {
      '/web': { lines: [line('w1', 2 * minute), line('w2', 6 * minute)] },
      '/worker': {
        lines: [line('k1', minute), line('k2', 3 * minute)],
        throttledFrom: 2 * minute,
        throttledUntil: 8 * minute,
      },
    })

    const found = await followed([web, worker], { clock, logs, until: 15 * minute })

    expect(found.map(({ id }) => id)).toEqual(['k1', 'w1', 'w2', 'k2'])
  })

  it('shows the pages that were read before a later one was throttled, once', async () => {
    const clock = fakeClock(0)
    let asked = 0
    const logs = only(async ({ from, next }) => {
      asked += 1
      if (from > 1) return { lines: [] }
      if (next === undefined) return { lines: [line('w1', 1)], next: 'more' }
      if (asked === 2) throw trouble('throttled')
      return { lines: [line('w2', 2)] }
    })

    const found = await followed([web], { clock, logs, until: minute })

    expect(found.map(({ id }) => id)).toEqual(['w1', 'w2'])
  })

  it('fails on trouble that does not pass, after the lines of the others', async () => {
    const clock = fakeClock(0)
    const logs = only(async ({ group }) => {
      if (group === '/worker') throw trouble('denied')
      return { lines: [line('w1', 1)] }
    })
    const shown: ProcessLine[] = []

    const reading = (async () => {
      for await (const lines of readLogs({ ...options(clock, logs), sources: [web, worker] }))
        shown.push(...lines)
    })()

    await expect(reading).rejects.toMatchObject({ kind: 'denied' })
    expect(shown.map(({ id }) => id)).toEqual(['w1'])
  })
})

describe('following logs that come to an end', () => {
  it('ends by itself once all is over, after it has read what was late, once', async () => {
    const clock = fakeClock(0)
    const shownAt: Readonly<Record<string, number>> = { w1: 0, late: 64_000 }
    const logs = only(async ({ from }) => ({
      lines: [line('w1', 1), line('late', 59_000)].filter(
        ({ id, at }) => at >= from && clock.now() >= (shownAt[id] ?? 0),
      ),
    }))
    const isOver = async (): Promise<boolean> => clock.now() >= minute

    const found = await toTheEnd({ ...options(clock, logs), isOver })

    expect(found.map(({ id }) => id)).toEqual(['w1', 'late'])
    expect(clock.now()).toBeLessThan(minute + 10_000)
  })

  it('reads what was late even if it is throttled then', async () => {
    const clock = fakeClock(0)
    const logs = groups(clock, {
      '/web': { lines: [line('w1', 1_000)], throttledFrom: 1, throttledUntil: minute },
    })

    const found = await toTheEnd({ ...options(clock, logs), isOver: async () => true })

    expect(found.map(({ id }) => id)).toEqual(['w1'])
  })

  it('asks whether it is over no more than once every 2.5 s, and again where AWS did not answer', async () => {
    const clock = fakeClock(0)
    const asked: number[] = []
    const isOver = async (): Promise<boolean> => {
      asked.push(clock.now())
      if (asked.length === 2) throw trouble('throttled')
      return asked.length === 4
    }

    await toTheEnd({ ...options(clock, groups(clock, {})), isOver })

    expect(asked).toEqual([0, 2_500, 5_000, 7_500])
  })

  it('fails where it may not know whether it is over', async () => {
    const clock = fakeClock(0)
    const isOver = async (): Promise<boolean> => {
      throw trouble('denied')
    }

    await expect(toTheEnd({ ...options(clock, groups(clock, {})), isOver })).rejects.toMatchObject({
      kind: 'denied',
    })
  })
})

describe('reading logs once', () => {
  it('ends with an error when a source could not be read', async () => {
    const clock = fakeClock(0)
    const logs = only(async () => {
      throw trouble('throttled')
    })

    const reading = readLogs({ ...options(clock, logs), sources: [web], follow: false }).next()

    await expect(reading).rejects.toMatchObject({ kind: 'throttled' })
  })
})

function line(id: string, at: number): LogLine {
  return { id, at, message: id, stream: 's' }
}

type Group = {
  readonly lines: readonly LogLine[]
  readonly throttledFrom?: number
  readonly throttledUntil?: number
}

/** Groups that hold a line from its time on, and throttle for a while. */
function groups(clock: FakeClock, all: Readonly<Record<string, Group>>): Logs {
  return only(async ({ group, from }) => {
    const { lines, throttledFrom = 0, throttledUntil = 0 } = all[group] ?? { lines: [] }
    const now = clock.now()
    if (now >= throttledFrom && now < throttledUntil) throw trouble('throttled')
    return { lines: lines.filter(({ at }) => at >= from && at <= now) }
  })
}

function only(since: Logs['since']): Logs {
  return { since, newest: async () => ({ lines: [] }), tail: async () => [], append: async () => {} }
}

function trouble(kind: TroubleKind): Trouble {
  return new Trouble({ kind, code: kind, message: kind, awsCode: kind, operation: 'FilterLogEvents' })
}

function options(clock: FakeClock, logs: Logs): Omit<Parameters<typeof readLogs>[0], 'sources'> {
  return { from: 0, follow: true, logs, clock, signal: new AbortController().signal }
}

async function toTheEnd(
  following: ReturnType<typeof options> & Pick<ReadLogsOptions, 'isOver'>,
): Promise<readonly ProcessLine[]> {
  const found: ProcessLine[] = []
  for await (const lines of readLogs({ ...following, sources: [web] })) found.push(...lines)
  return found
}

async function followed(
  sources: readonly LogSource[],
  { clock, logs, until }: { clock: FakeClock; logs: Logs; until: number },
): Promise<readonly ProcessLine[]> {
  const ending = new AbortController()
  const endingClock = {
    now: () => clock.now(),
    sleep: async (milliseconds: number) => {
      await clock.sleep(milliseconds)
      if (clock.now() >= until) ending.abort()
    },
  }
  const found: ProcessLine[] = []
  const following = { ...options(clock, logs), clock: endingClock, signal: ending.signal, sources }
  for await (const lines of readLogs(following)) found.push(...lines)
  return found
}
