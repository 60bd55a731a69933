import type { Clock } from '../../names/clock.ts'
import type { Io } from '../io.ts'
import { type Board, emptyBoard, told } from './board.ts'
import { drawBoard } from './draw-board.ts'
import { isMoot } from './is-moot.ts'
import { liveScreen } from './live-screen.ts'
import { printableEvent } from './printable-event.ts'
import type { Reporter } from './reporter.ts'

type LiveOptions = {
  readonly clock: Clock
  /** @default false */
  readonly isSandbox?: boolean
  /** Of a group over several apps. @default - there is one */
  readonly apps?: readonly string[]
}

/** Shows deployments on one screen that is kept up to date in place. */
export function liveReporter(io: Io, { clock, isSandbox = false, apps = [] }: LiveOptions): Reporter {
  let board: Board = { ...emptyBoard, apps }
  const screen = liveScreen(io, {
    clock,
    isSandbox,
    draw: (view, options) => drawBoard(board, view, options),
  })
  return {
    leavesScreen: io.stdout.isTTY,
    report: event => {
      if (event.is === 'warned' && isMoot(event.warning, { isSandbox })) return
      board = told(board, printableEvent(event))
      screen.touch()
    },
    end: () => {
      // A plan that came to nothing is told elsewhere: as the result of a dry run, or as what refused it.
      if (board.shown.length === 0) board = { ...board, plan: undefined }
      screen.end()
    },
  }
}
