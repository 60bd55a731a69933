import type { Instant } from '../../deployment/state.ts'
import type { Output } from '../io.ts'
import { type Paint, paintFor } from './paint.ts'

/** What a text is drawn for. */
export type View = {
  /** `Infinity` where no terminal limits a line, as in a pipe. */
  readonly columns: number
  readonly paint: Paint
  /** Whether the locale has no marks beyond ASCII. */
  readonly isAscii: boolean
  readonly now: Instant
  /** `--sandbox` was given, so the commands to run next need it too. */
  readonly isSandbox?: boolean
}

type Env = Readonly<Record<string, string | undefined>>

type ViewOptions = {
  readonly env: Env
  readonly now: Instant
  /** @default false */
  readonly isSandbox?: boolean
}

/** The view of whoever reads an output. */
export function viewOf(output: Output, { env, now, isSandbox = false }: ViewOptions): View {
  const columns = output.isTTY ? (output.columns() ?? 80) : Infinity
  return {
    columns: Math.max(20, columns),
    paint: paintFor(output, env),
    isAscii: isAscii(env),
    now,
    isSandbox,
  }
}

/** A locale that is not set says nothing: then the terminal is taken to be like nearly all others. */
function isAscii(env: Env): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(
    value => value !== undefined && value !== '',
  )
  return locale !== undefined && !/utf-?8/i.test(locale)
}
