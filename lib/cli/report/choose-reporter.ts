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
  {
    apps = [],
  }: {
    /** Of a group over several apps their names: of each process its app is told then, whichever of them are heard. */
    readonly apps?: readonly string[]
  } = {},
): Reporter {
  const { output, verbose, sandbox: isSandbox } = global
  return isLive(io, global)
    ? liveReporter(io, { clock, isSandbox, apps })
    : linesReporter(io, { clock, verbose, concludes: output === 'json', isSandbox, apps })
}

/** Whether a screen that is kept up to date is what whoever waits wants to see. */
export function isLive(
  io: Io,
  { output, debug, verbose }: Pick<GlobalOptions, 'output' | 'debug' | 'verbose'>,
): boolean {
  // What --debug writes to stderr in between would tear the screen; --verbose wants to read all that happened, stage by stage.
  return output === 'text' && !debug && !verbose && isCapable(io)
}

function isCapable({ stderr, env }: Io): boolean {
  const { NO_COLOR: noColour = '', TERM: term } = env
  return stderr.isTTY && noColour === '' && term !== 'dumb'
}
