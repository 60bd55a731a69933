import type { Clock } from '../../names/clock.ts'
import type { GlobalOptions } from '../command.ts'
import type { Io } from '../io.ts'
import { linesReporter } from './lines.ts'
import { liveReporter } from './live.ts'
import type { Reporter } from './reporter.ts'

/** A live screen for a person at a terminal, plain lines for everything else. */
export function chooseReporter(
  io: Io,
  global: Pick<GlobalOptions, 'output' | 'verbose' | 'debug' | 'sandbox'>,
  clock: Clock,
): Reporter {
  const { output, verbose, debug, sandbox: isSandbox } = global
  // What --debug writes to stderr in between would tear the screen.
  const isLive = output === 'text' && !debug && isCapable(io)
  return isLive
    ? liveReporter(io, { clock, isSandbox })
    : linesReporter(io, { clock, verbose, concludes: output === 'json', isSandbox })
}

function isCapable({ stderr, env }: Io): boolean {
  const { NO_COLOR: noColour = '', TERM: term } = env
  return stderr.isTTY && noColour === '' && term !== 'dumb'
}
