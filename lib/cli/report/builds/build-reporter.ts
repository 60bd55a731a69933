import type { BuildEvent } from '../../../actions/build/build-images.ts'
import { imageName } from '../../../build/image-name.ts'
import type { GlobalOptions } from '../../command.ts'
import type { Io } from '../../io.ts'
import { buildWarningText } from '../../wording/build-warning-text.ts'
import { imageEndText } from '../../wording/image-end-text.ts'
import { imageFailureTexts } from '../../wording/image-failure-texts.ts'
import { timeOfDay } from '../../wording/time-of-day.ts'
import { took } from '../../wording/took.ts'
import { isLive } from '../choose-reporter.ts'
import { finished } from '../finished.ts'
import { liveScreen } from '../live-screen.ts'
import { printableData } from '../printable-data.ts'
import { viewOf } from '../view.ts'
import { emptyBuildBoard, toldOfBuild } from './build-board.ts'
import { drawBuilds } from './draw-builds.ts'

/** Tells whoever waits what happens with each image, on stderr. */
export type BuildReporter = {
  readonly leavesScreen: boolean
  report(event: BuildEvent): void
  /** Leaves the terminal as it should stay; call it in a `finally`. */
  end(): void
}

type Options = { readonly global: GlobalOptions }

/** A live screen for a person at a terminal; for everything else one line per event, with all that the builds write. */
export function buildReporter(io: Io, { global }: Options): BuildReporter {
  return isLive(io, global) ? liveBuilds(io, global) : buildLines(io)
}

function liveBuilds(io: Io, { sandbox: isSandbox }: GlobalOptions): BuildReporter {
  let board = emptyBuildBoard
  const screen = liveScreen(io, {
    clock: io.clock,
    isSandbox,
    draw: (view, options) => drawBuilds(board, view, options),
  })
  return {
    leavesScreen: io.stdout.isTTY,
    report: event => {
      board = toldOfBuild(board, printableData(event))
      screen.touch()
    },
    end: () => screen.end(),
  }
}

function buildLines(io: Io): BuildReporter {
  const startedAt = new Map<string, number>()
  let isSeveral = false

  function write(at: number, name: string | undefined, texts: readonly string[]): void {
    const view = viewOf(io.stderr, { env: io.env, now: io.clock.now() })
    const prefix = `${timeOfDay(at, view.now)} ${name === undefined ? '' : `${name}: `}`
    for (const line of finished(
      texts.map(text => prefix + text),
      view,
    ))
      io.stderr.write(`${line}\n`)
  }

  function tell(event: BuildEvent): void {
    switch (event.is) {
      case 'prepared': {
        isSeveral = event.images.length > 1
        for (const { repository } of event.images) startedAt.set(repository, event.at)
        const names = event.images.map(imageName)
        return write(event.at, undefined, [`building ${event.prepared.dockerTag} of ${names.join(', ')}`])
      }
      case 'ended': {
        const { at, end, image } = event
        const time = took(at - (startedAt.get(image.repository) ?? at))
        return write(at, imageName(image), [
          `${imageEndText(end)} (${time})`,
          ...(end.is === 'failed' ? imageFailureTexts(end.failure) : []),
        ])
      }
      case 'news': {
        const { news } = event
        const name = isSeveral ? imageName(event.image) : undefined
        switch (news.is) {
          case 'step':
            return write(news.at, name, [`${news.step} …`])
          case 'doing':
            return write(news.at, name, [news.what])
          case 'line':
            return write(news.at, name, [`  ${news.message}`])
          case 'warned':
            return write(news.at, name, [`warning: ${buildWarningText(news.warning)}`])
        }
      }
    }
  }

  return { leavesScreen: false, report: event => tell(printableData(event)), end: () => {} }
}
