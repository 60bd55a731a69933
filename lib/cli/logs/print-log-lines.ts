import type { ProcessLine } from '../../actions/logs/read-logs.ts'
import type { Invocation } from '../command.ts'
import type { Io } from '../io.ts'
import { notACommand } from '../report/github/not-a-command.ts'
import { logLine } from '../report/log-line.ts'
import { viewOf } from '../report/view.ts'

export type LogLinesOptions = {
  readonly invocation: Invocation
  readonly io: Io
  /** Lines say which process they are of. */
  readonly isSeveral: boolean
  /** Only the last lines; of what is followed, of what was there already. */
  readonly limit?: number
}

/** Prints lines as they come: one a line as text, one JSON document a line with `-o json`. */
export async function printLogLines(
  batches: AsyncIterable<readonly ProcessLine[]>,
  { invocation, io, isSeveral, limit }: LogLinesOptions,
): Promise<void> {
  const isJson = invocation.global.output === 'json'
  let left = limit
  for await (const lines of batches) {
    const shown = left === undefined ? lines : lines.slice(-left)
    left = undefined
    for (const line of shown) io.stdout.write(`${notACommand(text(line), { env: io.env, isJson })}\n`)
  }

  function text(line: ProcessLine): string {
    const { at, process, stream, message } = line
    if (isJson)
      return JSON.stringify({ schemaVersion: 1, at: new Date(at).toISOString(), process, stream, message })
    return logLine(line, {
      isSeveral,
      view: viewOf(io.stdout, { env: io.env, now: io.clock.now(), isSandbox: invocation.global.sandbox }),
    })
  }
}
