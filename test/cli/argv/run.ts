import type { DeclaredCommand } from '../../../lib/cli/argv/declared-command.ts'
import type { Handler, Invocation } from '../../../lib/cli/command.ts'
import { table } from '../../../lib/cli/commands/table.ts'
import type { Io, Output } from '../../../lib/cli/io.ts'
import { main } from '../../../lib/cli/main.ts'

export type Ran = {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** What reached the command's handler, if anything did. */
  readonly invocation?: Invocation
}

export type RunOptions = { readonly handler?: Handler; readonly columns?: number }

/** The real table with one handler for all of its commands. */
function commandsWith(handler: Handler): DeclaredCommand[] {
  return table.map(command => ({ ...command, load: () => Promise.resolve(handler) }))
}

/** Runs a command line in this process, against the real table and a handler that only notes what reached it. */
export async function run(
  argv: readonly string[],
  { handler = () => Promise.resolve(0), columns }: RunOptions = {},
): Promise<Ran> {
  const reached: Invocation[] = []
  const stdout = new Written(columns)
  const stderr = new Written(columns)
  const io: Io = {
    stdout,
    stderr,
    env: {},
    cwd: '/nowhere',
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    version: '1.2.3',
    onInterrupt: () => () => {},
    leave: () => {},
  }
  const noting: Handler = (invocation, io) => {
    reached.push(invocation)
    return handler(invocation, io)
  }
  const code = await main(argv, io, { commands: commandsWith(noting) })
  return { code, stdout: stdout.text, stderr: stderr.text, invocation: reached[0] }
}

class Written implements Output {
  readonly isTTY = false
  text = ''
  private readonly width: number | undefined

  constructor(width: number | undefined) {
    this.width = width
  }

  rows(): undefined {
    return undefined
  }

  write(text: string): void {
    this.text += text
  }

  columns(): number | undefined {
    return this.width
  }
}
