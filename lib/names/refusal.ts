/**
 * What a process exits with; the contract of the command line.
 *
 * `done` all is well · `failed` a deployment rolled back or failed · `usage` bad usage or bad config · `refused` refused or impossible
 * before anything changed · `waiting` stopped by a policy or waiting for an approval · `in_progress` still in progress when the time
 * given was over, or the state could not be known · `superseded` by a newer deployment · `interrupted` by a signal.
 */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  waiting: 4,
  in_progress: 5,
  superseded: 6,
  interrupted: 130,
} as const

export type ExitName = keyof typeof exitCodes
export type ExitCode = (typeof exitCodes)[ExitName]

export type RefusalOptions = {
  /** A stable, snake_case name for programs: `error.code` under `-o json`. */
  readonly code: string
  /** What happened, in one sentence, with what came in. */
  readonly message: string
  /** What is allowed, or the one command to try next. */
  readonly advice?: string
  /** @default 'refused' */
  readonly exit?: ExitName
  readonly cause?: unknown
}

/** A broken promise that a person can mend: no such app, bad input, missing permission. Anything else that is thrown is a bug. */
export class Refusal extends Error {
  readonly code: string
  readonly advice: string | undefined
  readonly exitCode: ExitCode

  constructor({ code, message, advice, exit = 'refused', cause }: RefusalOptions) {
    super(message, { cause })
    this.name = 'Refusal'
    this.code = code
    this.advice = advice
    this.exitCode = exitCodes[exit]
  }
}
