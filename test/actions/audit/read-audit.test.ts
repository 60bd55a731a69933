import { describe, expect, it } from 'vitest'
import { auditLine } from '../../../lib/actions/audit/audit-line.ts'
import { readAudit } from '../../../lib/actions/audit/read-audit.ts'
import type { Logs } from '../../../lib/actions/ports.ts'
import { newIds } from '../../../lib/adapters/ids.ts'
import type { AuditEvent } from '../../../lib/records/audit.ts'
import { fakeClock } from '../../adapters/fake-clock.ts'

const now = Date.UTC(2026, 10, 20)
const day = 24 * 60 * 60_000
const { newId } = newIds({ now: () => now - 100 * day })
const id = newId('dep')

type Asked = Parameters<Logs['newest']>[0]
type Page = Awaited<ReturnType<Logs['newest']>>

describe('reading the audit', () => {
  it('gives back what was written', async () => {
    const event: AuditEvent = {
      is: 'deployment',
      state: 'live',
      app: 'shop',
      process: 'worker',
      deploymentId: id,
      at: now - 5,
      reason: 'why',
      details: { trigger: 'manual', count: 4, isBuilt: true },
    }
    const { read } = opened([page([event])])

    const { entries } = await read({})

    expect(entries).toEqual([
      {
        at: now - 5,
        writtenAt: now,
        event: 'deployment',
        state: 'live',
        app: 'shop',
        process: 'worker',
        deploymentId: id,
        caller: 'arn:aws:iam::123456789012:user/ada',
        command: 'tapit status',
        reason: 'why',
        details: { trigger: 'manual', count: 4, isBuilt: true },
      },
    ])
  })

  it('goes on over empty pages, and asks for no more than is left', async () => {
    const { read, asked } = opened([page([scaled('worker')], 'a'), page([], 'b'), page([scaled('worker')])])

    const { entries, next } = await read({ limit: 3 })

    expect(entries).toHaveLength(2)
    expect(asked.map(({ limit, next: token }) => [limit, token])).toEqual([
      [3, undefined],
      [2, 'a'],
      [2, 'b'],
    ])
    expect(next).toBeUndefined()
  })

  it('goes on where the page before ended, from the same moment, whatever time it is by now', async () => {
    const first = opened([page([scaled('worker')], 'a'), page([scaled('worker')], 'b')])
    const { next } = await first.read({ limit: 1 })
    const second = opened([page([scaled('worker')])], now + day)

    await second.read({ limit: 1, next })

    expect(second.asked).toMatchObject([{ next: 'a', from: first.asked[0]?.from }])
  })

  it('gives no place to go on at where CloudWatch has one, and nothing there', async () => {
    const { read } = opened([page([scaled('worker')], 'a'), page([], 'b'), page([])])

    const { entries, next } = await read({ limit: 1 })

    expect(entries).toHaveLength(1)
    expect(next).toBeUndefined()
  })

  it('leaves out what only mentions the words that CloudWatch looked for', async () => {
    const { read, asked } = opened([page([scaled('worker'), { ...scaled('web'), reason: 'not worker' }])])

    const { entries } = await read({ processes: ['worker'] })

    expect(asked[0]?.words).toEqual(['worker'])
    expect(entries.map(({ process }) => process)).toEqual(['worker'])
  })

  it('asks CloudWatch for no word that would end its quotes', async () => {
    const { read, asked } = opened([page([])])

    await read({ processes: ['a" "b'] })

    expect(asked[0]?.words).toEqual([])
  })

  it('looks back 30 days, or to the day before what is asked for was made', async () => {
    const whole = opened([page([])])
    const one = opened([page([])])

    await whole.read({})
    await one.read({ id })

    expect(whole.asked[0]?.from).toBe(now - 30 * day)
    expect(one.asked[0]?.from).toBe(now - 100 * day - day)
  })

  it.each([
    ['no JSON', 'hello'],
    ['JSON of somebody else', '{"level":"info"}'],
    ['a list', '[1]'],
  ])('shows %s as the line that it is', async (_, message) => {
    const { read } = opened([{ lines: [{ at: now, message, stream: 's', id: '1' }] }])

    expect((await read({})).entries).toEqual([{ at: now, writtenAt: now, line: message }])
  })

  it('takes nothing of an event that has another type than it should', async () => {
    const message = JSON.stringify({
      event: 'scale',
      at: 'yesterday',
      app: 7,
      details: { a: { b: 1 }, c: 2 },
    })
    const { read } = opened([{ lines: [{ at: now, message, stream: 's', id: '1' }] }])

    expect((await read({})).entries).toEqual([{ at: now, writtenAt: now, event: 'scale', details: { c: 2 } }])
  })
})

function opened(pages: readonly Page[], at = now) {
  const asked: Asked[] = []
  const logs: Pick<Logs, 'newest'> = {
    newest: async options => {
      asked.push(options)
      return pages[asked.length - 1] ?? { lines: [] }
    },
  }
  const read = (query: Partial<Parameters<typeof readAudit>[0]>) =>
    readAudit({ app: 'shop', limit: 50, ...query }, { logs, clock: fakeClock(at) })
  return { read, asked }
}

function page(events: readonly AuditEvent[], next?: string): Page {
  const circumstances = {
    at: now,
    caller: 'arn:aws:iam::123456789012:user/ada',
    command: 'tapit status',
  }
  const lines = events.map((event, index) => ({
    at: now,
    message: auditLine(event, circumstances),
    stream: '2026/11/20',
    id: String(index),
  }))
  return { lines, ...(next !== undefined && { next }) }
}

function scaled(process: string): AuditEvent {
  return { is: 'scale', app: 'shop', process }
}
