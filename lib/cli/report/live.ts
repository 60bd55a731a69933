import { textWidth } from '../text/text-width.ts'
import type { DeployEvent } from '../../actions/events.ts'
import type { Clock } from '../../names/clock.ts'
import type { Io } from '../io.ts'
import { type Board, emptyBoard, told } from './board.ts'
import { drawBoard } from './draw-board.ts'
import { printableEvent } from './printable-event.ts'
import type { Reporter } from './reporter.ts'
import { viewOf } from './view.ts'

type LiveOptions = {
  readonly clock: Clock
  /** @default false */
  readonly isSandbox?: boolean
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
export function liveReporter(io: Io, { clock, isSandbox = false }: LiveOptions): Reporter {
  const screen = io.stderr
  const ended = new AbortController()
  let board: Board = emptyBoard
  let drawn: readonly string[] = []
  let drawnAt = -Infinity
  let isDirty = false
  let failure: { readonly error: unknown } | undefined

  const draw = (options: { isLast: boolean }) => {
    const now = clock.now()
    // A line as wide as the terminal makes some of them begin another one.
    const view = viewOf(screen, { env: io.env, now, isSandbox })
    const narrower = { ...view, columns: view.columns - 1 }
    const height = (screen.rows() ?? usualHeight) - 1
    const lines = drawBoard(board, narrower, options.isLast ? {} : { height })
    screen.write(replacing(drawn, lines, view.columns))
    drawn = lines
    drawnAt = now
    isDirty = false
  }

  const keepUpToDate = async () => {
    try {
      while (!ended.signal.aborted) {
        await clock.sleep(shortestPause, ended.signal)
        const isDue = isDirty || (drawn.length > 0 && clock.now() - drawnAt >= tick)
        if (isDue && !ended.signal.aborted) draw({ isLast: false })
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
    leavesScreen: io.stdout.isTTY,
    report: (event: DeployEvent) => {
      tellFailure()
      board = told(board, printableEvent(event))
      const isDue = clock.now() - drawnAt >= shortestPause
      if (isDue) draw({ isLast: false })
      else isDirty = true
    },
    end: () => {
      if (ended.signal.aborted) return
      ended.abort()
      // A plan that came to nothing is told elsewhere: as the result of a dry run, or as what refused it.
      if (board.shown.length === 0) board = { ...board, plan: undefined }
      if (drawn.length > 0 || isDirty) draw({ isLast: true })
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
