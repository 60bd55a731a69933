import type { Ports } from '../../actions/ports.ts'
import { Trouble, isPassing } from '../../actions/trouble.ts'
import type { LogPointer } from '../../deployment/failure.ts'

export type LogStreamLine = { readonly at: number; readonly message: string }

/** One stream of CloudWatch Logs, written to by and by: whoever adds a line never waits. */
export type LogStream = {
  add(line: LogStreamLine): void
  /** Writes what is left, at once. */
  end(): Promise<void>
}

/** Between two calls, in milliseconds: a build writes more lines than CloudWatch takes calls. */
const between = 1_000
/** What an event may hold, in bytes, less what CloudWatch counts for its own (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html). */
const longestMessage = 256 * 1_024 - 26
/** Characters that wait to be written: beyond that CloudWatch is too slow for the build, and lines are left out. */
const mostWaiting = 16 * 1_024 * 1_024

export function logStream(
  { group, stream }: LogPointer,
  { logs, clock }: Pick<Ports, 'logs' | 'clock'>,
): LogStream {
  const ending = new AbortController()
  let waiting: LogStreamLine[] = []
  let size = 0
  let leftOut = 0
  let isRefused = false
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    try {
      while (waiting.length > 0 && !isRefused) {
        await append(taken())
        if (!ending.signal.aborted) await clock.sleep(between, ending.signal)
      }
    } finally {
      writing = undefined
    }
  }

  async function append(lines: readonly LogStreamLine[]): Promise<void> {
    try {
      await logs.append({ group, stream, lines })
    } catch (error) {
      // The deployment does not depend on its log, nor on the right to write one.
      if (!(error instanceof Trouble)) throw error
      if (!isPassing(error) || ending.signal.aborted) isRefused = true
      else putBack(lines)
    }
  }

  function taken(): readonly LogStreamLine[] {
    const lines = waiting
    const last = lines.at(-1)
    const gap =
      leftOut === 0 || last === undefined
        ? []
        : [{ at: last.at, message: `… ${leftOut} lines left out: CloudWatch Logs was too slow for them` }]
    waiting = []
    size = 0
    leftOut = 0
    return [...lines, ...gap]
  }

  function putBack(lines: readonly LogStreamLine[]): void {
    waiting = [...lines, ...waiting]
    size = waiting.reduce((sum, { message }) => sum + message.length, 0)
  }

  return {
    add({ at, message }) {
      if (isRefused) return
      if (size + message.length > mostWaiting) {
        leftOut += 1
        return
      }
      waiting.push({ at, message: cut(message) })
      size += message.length
      writing ??= write()
    },
    async end() {
      ending.abort()
      await writing
    },
  }
}

function cut(message: string): string {
  if (Buffer.byteLength(message) <= longestMessage) return message
  const mark = ' … [cut]'
  const kept = Buffer.from(message).subarray(0, longestMessage - Buffer.byteLength(mark))
  return `${kept.toString().replace(/\uFFFD+$/, '')}${mark}`
}
