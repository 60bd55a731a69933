import type { BuildEvent, WantedImage } from '../../../actions/build/build-images.ts'
import { imageName } from '../../../build/image-name.ts'
import type { ImageEnd } from '../../../actions/build/image-news.ts'
import type { PreparedBuild } from '../../../actions/build/prepare-build.ts'
import { buildWarningText } from '../../wording/build-warning-text.ts'

/** All that the live screen shows of a build, out of the events so far. */
export type BuildBoard = {
  readonly prepared?: PreparedBuild
  readonly rows: readonly BuildRow[]
  readonly notices: readonly string[]
}

/** One image. Times are milliseconds since the epoch. */
export type BuildRow = {
  readonly image: WantedImage
  /** What goes on now: `[build 3/7] RUN npm ci`. */
  readonly doing: string
  readonly startedAt: number
  readonly ended?: { readonly end: ImageEnd; readonly at: number; readonly log?: string }
}

export const emptyBuildBoard: BuildBoard = { rows: [], notices: [] }

/** The board after an event. */
export function toldOfBuild(board: BuildBoard, event: BuildEvent): BuildBoard {
  switch (event.is) {
    case 'prepared':
      return {
        ...board,
        prepared: event.prepared,
        rows: event.images.map(image => ({ image, doing: 'waiting', startedAt: event.at })),
      }
    case 'ended': {
      const { end, at, log } = event
      return changed(board, event.image, row => ({
        ...row,
        ended: { end, at, ...(log !== undefined && { log }) },
      }))
    }
    case 'news': {
      const { news, image } = event
      switch (news.is) {
        case 'step':
          return changed(board, image, row => ({ ...row, doing: news.step }))
        case 'doing':
          return changed(board, image, row => ({ ...row, doing: news.what }))
        case 'line':
          return board
        case 'warned': {
          const text = `${imageName(image)}: ${buildWarningText(news.warning)}`
          return board.notices.includes(text) ? board : { ...board, notices: [...board.notices, text] }
        }
      }
    }
  }
}

function changed(board: BuildBoard, image: WantedImage, change: (row: BuildRow) => BuildRow): BuildBoard {
  return {
    ...board,
    rows: board.rows.map(row => (row.image.repository === image.repository ? change(row) : row)),
  }
}
