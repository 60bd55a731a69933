import { describe, expect, it } from 'vitest'
import type { Invocation } from '../../../lib/cli/command.ts'
import type { Io } from '../../../lib/cli/io.ts'
import { table } from '../../../lib/cli/commands/table.ts'
import { startWaiting } from '../../../lib/cli/waiting.ts'

describe('waiting', () => {
  it('ends at the first Ctrl-C; the second leaves at once', () => {
    const { io, left, interrupt } = terminal()
    const waiting = startWaiting(invocation({}), io)

    interrupt()

    expect([waiting.signal.reason, left()]).toEqual(['interrupted', []])
    interrupt()
    expect(left()).toEqual([130])
  })

  it('ends when the time given is over', async () => {
    const { io } = terminal()
    const waiting = startWaiting(invocation({ timeout: '30m' }), io)

    await Promise.resolve()
    await Promise.resolve()

    expect(waiting.signal.reason).toBe('time_over')
  })
})

function invocation(flags: Invocation['flags']): Invocation {
  const [command] = table
  if (command === undefined) throw new Error('no command')
  const global = { output: 'text', yes: false, verbose: false, debug: false, sandbox: false } as const
  return { command, global, keys: {}, emptyKeys: [], flags, rest: [] }
}

function terminal(): {
  readonly io: Io
  readonly left: () => readonly number[]
  readonly interrupt: () => void
} {
  const left: number[] = []
  const listeners: (() => void)[] = []
  const output = { isTTY: false, columns: () => undefined, rows: () => undefined, write: () => {} }
  const io: Io = {
    stdout: output,
    stderr: output,
    env: {},
    cwd: '/',
    version: '0.0.0-test',
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    onInterrupt: listener => {
      listeners.push(listener)
      return () => {}
    },
    leave: code => left.push(code),
  }
  return { io, left: () => left, interrupt: () => listeners.forEach(listener => listener()) }
}
