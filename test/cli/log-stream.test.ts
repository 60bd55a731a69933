import { describe, expect, it } from 'vitest'
import { Trouble } from '../../lib/actions/trouble.ts'
import { logStream } from '../../lib/cli/logs/log-stream.ts'
import { FakeClock } from './report/fake-clock.ts'

const pointer = { group: '/tapit/shop/deployments', stream: 'dep_1/build' }

type Line = { readonly at: number; readonly message: string }

/** CloudWatch that keeps what it is given, each call as long as `answer` takes. */
function cloudWatch(answer: () => Promise<void> = async () => {}) {
  const calls: { readonly at: number; readonly messages: readonly string[] }[] = []
  const clock = new FakeClock(0)
  const logs = {
    tail: async () => [],
    since: async () => ({ lines: [] }),
    newest: async () => ({ lines: [] }),
    append: async ({ lines }: { readonly lines: readonly Line[] }) => {
      calls.push({ at: clock.now(), messages: lines.map(({ message }) => message) })
      await answer()
    },
  }
  return { calls, clock, stream: logStream(pointer, { logs, clock }) }
}

function line(message: string): Line {
  return { at: 0, message }
}

function trouble(kind: 'throttled' | 'denied'): Trouble {
  return new Trouble({ kind, code: kind, message: kind, awsCode: kind, operation: 'PutLogEvents' })
}

describe('a stream of log lines', () => {
  it('writes the first at once, and what comes then at most once a second, in order', async () => {
    const { calls, clock, stream } = cloudWatch()
    const begun = clock.now()

    stream.add(line('one'))
    for (const message of ['two', 'three']) stream.add(line(message))
    await until(() => clock.isAwaited)
    await clock.advance(999)
    const before = calls.length
    await clock.advance(1)
    await until(() => clock.isAwaited)
    stream.add(line('four'))
    await clock.advance(1_000)

    expect(before).toBe(1)
    expect(calls.map(({ at, messages }) => [at - begun, messages])).toEqual([
      [0, ['one']],
      [1_000, ['two', 'three']],
      [2_000, ['four']],
    ])
  })

  it('writes what is left when it ends, without waiting', async () => {
    const { calls, stream } = cloudWatch()

    for (const message of ['one', 'two']) stream.add(line(message))
    await stream.end()

    expect(calls.flatMap(({ messages }) => messages)).toEqual(['one', 'two'])
  })

  it('does not hold up whoever adds a line while CloudWatch is slow', async () => {
    let go = (): void => {}
    const { calls, stream } = cloudWatch(() => new Promise(resolve => (go = resolve)))

    for (let index = 0; index < 10_000; index += 1) stream.add(line(`line ${index}`))
    const before = calls.length
    go()
    const ended = stream.end()
    await Promise.resolve().then(() => go())
    await until(() => calls.length === 2)
    go()
    await ended

    expect(before).toBe(1)
    expect(calls[1]?.messages).toHaveLength(9_999)
    expect(calls[1]?.messages.at(-1)).toBe('line 9999')
  })

  it('leaves lines out rather than fill the memory, and says so', async () => {
    let go = (): void => {}
    const { calls, stream } = cloudWatch(() => new Promise(resolve => (go = resolve)))
    const long = 'x'.repeat(200_000)

    for (let index = 0; index < 101; index += 1) stream.add(line(long))
    const ended = stream.end()
    go()
    await until(() => calls.length === 2)
    go()
    await ended

    expect(calls[1]?.messages.at(-1)).toMatch(/^… 17 lines left out/)
  })

  it('cuts a line to what an event may hold', async () => {
    const { calls, stream } = cloudWatch()

    stream.add(line('ä'.repeat(300_000)))
    await stream.end()

    const [message = ''] = calls[0]?.messages ?? []
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(256 * 1024 - 26)
    expect(message).toMatch(/ä … \[cut\]$/)
  })

  it('tries again what was throttled, in order', async () => {
    const answers = [trouble('throttled')]
    const { calls, clock, stream } = cloudWatch(async () => {
      const error = answers.pop()
      if (error) throw error
    })

    stream.add(line('one'))
    stream.add(line('two'))
    await until(() => clock.isAwaited)
    await clock.advance(1_000)

    expect(calls.map(({ messages }) => messages)).toEqual([['one'], ['one', 'two']])
  })

  it('gives up where nobody may write', async () => {
    const { calls, clock, stream } = cloudWatch(async () => {
      throw trouble('denied')
    })

    stream.add(line('one'))
    await clock.advance(1_000)
    stream.add(line('two'))
    await stream.end()

    expect(calls).toHaveLength(1)
  })
})

/** Until all that can go on has. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100 && !holds(); turn += 1) await Promise.resolve()
}
