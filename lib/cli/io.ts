import type { Clock, CorrectedClock } from '../names/clock.ts'
import type { Folder } from '../names/folder.ts'

/** A stream that text is written to, and what is known of the terminal behind it. */
export type Output = {
  write(text: string): void
  readonly isTTY: boolean
  /** Columns of the terminal; absent without one. */
  columns(): number | undefined
  /** Rows of the terminal; absent without one. */
  rows(): number | undefined
  /** Aborted once whoever reads it has enough (`… | head`); absent where nobody can tell. */
  readonly closed?: AbortSignal
}

/** Somebody at a terminal who can be asked. */
export type Dialogue = {
  /** The line that was typed; absent once whoever sat there has left, by Ctrl-C or Ctrl-D. */
  ask(question: string): Promise<string | undefined>
  close(): void
}

/** The world around one run of the command line, so that it runs the same in a process and in a test. */
export type Io = {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** The time. What a command gets shows AWS's, as soon as AWS has told it. */
  readonly clock: Clock | CorrectedClock
  readonly version: string
  /** A folder of this machine. Absent in a world without files. */
  openFolder?(path: string): Promise<Folder>
  /** Adds text to the end of a file. Absent in a world without files. */
  append?(path: string, text: string): Promise<void>
  /** Absent where nobody sits at a terminal. */
  openDialogue?(): Promise<Dialogue>
  /** Calls `listener` on every Ctrl-C (SIGINT) or SIGTERM until the answered function is called. */
  onInterrupt(listener: () => void): () => void
  /** Ends the process at once, without waiting for anything. */
  leave(exitCode: number): void
  /** Has something done when the command has come to its end, whichever it is. Given by `main` itself. */
  atEnd?(work: () => Promise<void>): void
}
