import { describe, expect, it } from 'vitest'
import { auditWriter } from '../../../lib/actions/audit/audit-writer.ts'
import type { Logs } from '../../../lib/actions/ports.ts'
import { Trouble, type TroubleKind } from '../../../lib/actions/trouble.ts'
import { fakeClock } from '../../adapters/fake-clock.ts'

const scaled = { is: 'scale', app: 'shop', process: 'worker', details: { count: 4 } } as const
const caller = 'arn:aws:sts::123456789012:assumed-role/deploy/ada'

type Append = Parameters<Logs['append']>[0]

describe('a writer of the audit', () => {
  it('writes one JSON line an event, with time, caller and command, to the stream of the day', async () => {
    const { writer, calls } = opened()

    writer.tell({ ...scaled, reason: 'black friday' })

    expect(await writer.end()).toEqual([])
    expect(calls.map(({ group, stream }) => [group, stream])).toEqual([['/tapit/shop/audit', '2026/11/20']])
    expect(calls[0]?.lines.map(({ message }) => JSON.parse(message))).toEqual([
      {
        at: '2026-11-20T00:00:00.000Z',
        event: 'scale',
        app: 'shop',
        process: 'worker',
        caller,
        command: 'tapit scale process=worker count=4',
        reason: 'black friday',
        details: { count: 4 },
      },
    ])
  })

  it('keeps the moment of an event that is told later, and the order in which all were told', async () => {
    const { writer, calls } = opened()
    const at = Date.UTC(2026, 10, 19)

    writer.tell({ is: 'deployment', state: 'live', app: 'shop', at })
    writer.tell(scaled)
    await writer.end()

    const [first, second] = calls[0]?.lines ?? []
    expect(JSON.parse(first?.message ?? '')).toMatchObject({ at: '2026-11-19T00:00:00.000Z', state: 'live' })
    expect(second?.at).toBeGreaterThan(first?.at ?? 0)
  })

  it('writes what is told while it writes with the next call, and asks once who calls', async () => {
    const asked: string[] = []
    const { writer, calls } = opened({
      caller: async () => {
        asked.push('caller')
        return caller
      },
    })

    writer.tell(scaled)
    writer.tell(scaled)
    await turn()
    writer.tell(scaled)
    writer.tell(scaled)
    await writer.end()

    expect(calls.map(({ lines }) => lines.length)).toEqual([2, 2])
    expect(asked).toHaveLength(1)
  })

  it('asks AWS nothing where there is nothing to tell', async () => {
    const { writer, calls } = opened({ caller: async () => Promise.reject(new Error('asked')) })

    expect(await writer.end()).toEqual([])
    expect(calls).toEqual([])
  })

  it('writes to the log group of each app by itself', async () => {
    const { writer, calls } = opened()

    writer.tell(scaled)
    writer.tell({ ...scaled, app: 'shop-eu' })
    await writer.end()

    expect(calls.map(({ group }) => group)).toEqual(['/tapit/shop/audit', '/tapit/shop-eu/audit'])
  })

  it('tries again what was throttled, and loses nothing', async () => {
    const { writer, calls } = opened({ answers: [trouble('throttled'), trouble('transient')] })

    writer.tell(scaled)

    expect(await writer.end()).toEqual([])
    expect(calls).toHaveLength(3)
    expect(calls[2]?.lines).toHaveLength(1)
  })

  it('says once what was refused, how much it was, and does not ask again', async () => {
    const denied = trouble('denied')
    const { writer, calls } = opened({ answers: [denied] })

    writer.tell(scaled)
    await turn()
    writer.tell(scaled)

    expect(await writer.end()).toEqual([{ app: 'shop', lines: 2, why: denied }])
    expect(calls).toHaveLength(1)
  })

  it('tells apart that there is no log group and none may be made', async () => {
    const { writer } = opened({ answers: [trouble('denied', 'CreateLogGroup')] })

    writer.tell(scaled)

    expect(await writer.end()).toEqual([{ app: 'shop', lines: 1, why: 'no_log_group' }])
  })

  it('gives up what takes longer than anybody waits for', async () => {
    const { writer } = opened({ answers: [new Promise<never>(() => {})] })

    writer.tell(scaled)

    expect(await writer.end()).toEqual([{ app: 'shop', lines: 1, why: 'too_slow' }])
  })

  it('writes a line without its caller where nobody can tell who it is', async () => {
    const { writer, calls } = opened({ caller: () => Promise.reject(trouble('denied')) })

    writer.tell(scaled)

    expect(await writer.end()).toEqual([])
    expect(JSON.parse(calls[0]?.lines[0]?.message ?? '')).not.toHaveProperty('caller')
  })
})

type Answer = Trouble | Promise<never>
type Opening = { readonly answers?: readonly Answer[]; readonly caller?: () => Promise<string> }

/** CloudWatch that answers so, one call after the other, and then keeps what it gets. */
function opened({ answers = [], caller: callerOf = async () => caller }: Opening = {}) {
  const calls: Append[] = []
  const writer = auditWriter({
    logs: {
      append: async call => {
        calls.push(call)
        const answer = answers[calls.length - 1]
        await turn()
        if (answer instanceof Trouble) throw answer
        await answer
      },
    },
    identity: { caller: callerOf },
    clock: slowClock(),
    command: 'tapit scale process=worker count=4',
  })
  return { writer, calls }
}

/** What is slept away takes longer than anything that is answered, and all of it longer the more it is. */
function slowClock() {
  const clock = fakeClock()
  return {
    now: clock.now,
    sleep: async (milliseconds: number) => {
      for (let turns = 0; turns < milliseconds / 200; turns += 1) await turn()
    },
  }
}

function trouble(kind: TroubleKind, operation = 'PutLogEvents'): Trouble {
  return new Trouble({ kind, code: kind, message: kind, awsCode: kind, operation })
}

async function turn(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
}
