import type { Clock } from '../../../lib/names/clock.ts'
import type { Io, Output } from '../../../lib/cli/io.ts'
import { FakeClock } from './fake-clock.ts'
import { FakeTerminal } from './fake-terminal.ts'
import { t0 } from './builders.ts'

export type FakeIo = Io & { readonly terminal: FakeTerminal; readonly clock: FakeClock }

/** Standard error is a terminal, or a pipe; what is written to it is in `terminal`. */
export function fakeIo({
  isTTY = true,
  columns = 80,
  rows = 24,
  env = {},
  clock = new FakeClock(t0),
}: Options = {}): FakeIo {
  const terminal = new FakeTerminal({ columns: isTTY ? columns : 10_000, rows })
  const stderr: Output = {
    isTTY,
    write: text => terminal.write(text),
    columns: () => (isTTY ? terminal.columns : undefined),
    rows: () => terminal.rows,
  }
  return {
    terminal,
    clock,
    stderr,
    stdout: { isTTY, write: () => {}, columns: () => columns, rows: () => rows },
    env,
    cwd: '/',
    version: '0.0.0',
    onInterrupt: () => () => {},
    leave: () => {},
  }
}

type Options = {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  readonly env?: Readonly<Record<string, string>>
  readonly clock?: FakeClock & Clock
}
