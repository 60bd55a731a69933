import type { Clock } from '../../names/clock.ts'
import type { Io } from '../io.ts'
import { textWidth } from '../text/text-width.ts'
import { type View, viewOf } from './view.ts'

export type LiveScreenOptions = {
  readonly clock: Clock
  /** @default false */
  readonly isSandbox?: boolean
  /** The lines as they are now: within `height`, where there is one; none while there is nothing to show. */
  readonly draw: (view: View, options: { readonly height?: number }) => readonly string[]
}

export type LiveScreen = {
  /** What is drawn has changed. */
  touch(): void
  /** Draws once more, whole, and leaves the terminal as it should stay. */
  end(): void
}

const usualHeight = 24
/** At most ten screens a second: more is flicker, and load on a slow connection. */
const shortestPause = 100
/** The elapsed times go on even when nothing happens. */
const tick = 1000

const synchronized = { begin: '\u001b[?2026h', end: '\u001b[?2026l' }
const cursor = { hide: '\u001b[?25l', show: '\u001b[?25h' }
const eraseLine = '\u001b[K'
const eraseBelow = '\u001b[J'

/**
 * Draws one screen on stderr and keeps it up to date in place. The cursor is hidden only while a screen is written, and shown again in
 * the same write: however the process ends, even killed, the terminal is as it was.
 */
export function liveScreen(io: Io, { clock, isSandbox = false, draw }: LiveScreenOptions): LiveScreen {
  const screen = io.stderr
  const ended = new AbortController()
  let drawn: readonly string[] = []
  let drawnAt = -Infinity
  let isDirty = false
  let failure: { readonly error: unknown } | undefined

  // The clock is set back where AWS has told that it is ahead.
  const elapsed = (): number => Math.abs(clock.now() - drawnAt)

  const redraw = (options: { isLast: boolean }) => {
    const now = clock.now()
    // A line as wide as the terminal makes some of them begin another one.
    const view = viewOf(screen, { env: io.env, now, isSandbox })
    const narrower = { ...view, columns: view.columns - 1 }
    const height = (screen.rows() ?? usualHeight) - 1
    const lines = draw(narrower, options.isLast ? {} : { height })
    screen.write(replacing(drawn, lines, view.columns))
    drawn = lines
    drawnAt = now
    isDirty = false
  }

  const keepUpToDate = async () => {
    try {
      while (!ended.signal.aborted) {
        await clock.sleep(shortestPause, ended.signal)
        const isDue = isDirty || (drawn.length > 0 && elapsed() >= tick)
        if (isDue && !ended.signal.aborted) redraw({ isLast: false })
      }
    } catch (error) {
      failure = { error }
    }
  }

  const tellFailure = () => {
    if (failure !== undefined) throw failure.error
  }

  void keepUpToDate()
  return {
    touch: () => {
      tellFailure()
      const isDue = elapsed() >= shortestPause
      if (isDue) redraw({ isLast: false })
      else isDirty = true
    },
    end: () => {
      if (ended.signal.aborted) return
      ended.abort()
      if (drawn.length > 0 || isDirty) redraw({ isLast: true })
      tellFailure()
    },
  }
}

/** Goes up over what was drawn and draws over it, line by line: nothing is ever blank in between. */
function replacing(before: readonly string[], lines: readonly string[], columns: number): string {
  // A terminal that was made narrower has broken long lines into several.
  const up = before.reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)), 0)
  const text = lines.map(line => `${line}${eraseLine}\n`).join('')
  return `${synchronized.begin}${cursor.hide}\r${up > 0 ? `\u001b[${up}A` : ''}${text}${eraseBelow}${cursor.show}${synchronized.end}`
}
