import { truncate } from '../../text/truncate.ts'
import { wrap } from '../../text/wrap.ts'
import { elapsed } from '../../wording/elapsed.ts'
import { imageFailureTexts } from '../../wording/image-failure-texts.ts'
import { imageEndText } from '../../wording/image-end-text.ts'
import type { Tone } from '../../wording/tone-of.ts'
import { finished } from '../finished.ts'
import { fittingTable } from '../fitting-table.ts'
import { marks } from '../marks.ts'
import { prose } from '../prose.ts'
import { readable } from '../readable.ts'
import type { View } from '../view.ts'
import { imageName } from '../../../build/image-name.ts'
import type { BuildBoard, BuildRow } from './build-board.ts'

/** The live screen of a build: one row an image, and under it why it failed. */
export function drawBuilds(
  { prepared, rows, notices }: BuildBoard,
  view: View,
  { height = Infinity }: { readonly height?: number } = {},
): string[] {
  if (prepared === undefined) return []
  const { paint, columns } = view
  const cells = rows.map(row => cellsOf(row, view))
  const table = fittingTable(
    [
      cells.map(({ name, doing, time }) => [name, doing, time]),
      cells.map(({ name, shortened, time }) => [name, shortened, time]),
    ],
    { columns: columns - 4, indent: 0 },
  )
  const lines = [
    `Building ${paint('strong', prepared.dockerTag)}`,
    '',
    ...notices.flatMap(text =>
      wrap(`${paint('warn', '!')} ${text}`, {
        columns: Math.min(columns, readable),
        indent: 2,
        hanging: 4,
      }).split('\n'),
    ),
    ...(notices.length > 0 ? [''] : []),
    ...rows.flatMap((row, index) => [
      `  ${cells[index]?.mark ?? ' '} ${table[index] ?? ''}`,
      ...whyOf(row, view, { height }),
    ]),
  ]
  return finished(
    height === Infinity ? lines : lines.slice(0, height).map(line => truncate(line, columns)),
    view,
  )
}

function cellsOf({ image, doing, startedAt, ended }: BuildRow, { paint, now, columns }: View) {
  const tone = toneOf(ended?.end.is)
  const { mark, look } = marks[tone]
  const what = ended === undefined ? doing : imageEndText(ended.end)
  return {
    mark: paint(look, mark),
    name: paint('strong', imageName(image)),
    doing: what,
    shortened: truncate(what, Math.max(12, columns - 30)),
    time: elapsed((ended?.at ?? now) - startedAt),
  }
}

function toneOf(end: 'built' | 'exists' | 'failed' | 'stopped' | undefined): Tone {
  switch (end) {
    case undefined:
      return 'in_progress'
    case 'built':
    case 'exists':
      return 'active'
    case 'failed':
      return 'failed'
    case 'stopped':
      return 'cancelled'
  }
}

const shownLines = 12

function whyOf({ ended }: BuildRow, view: View, { height }: { readonly height: number }): string[] {
  if (ended?.end.is !== 'failed') return []
  const { failure } = ended.end
  return [
    ...imageFailureTexts(failure).flatMap(text => prose(text, { view, indent: 6 })),
    ...failure.lines
      .slice(height === Infinity ? 0 : -shownLines)
      .map(line => `      ${view.paint('dim', '│')} ${truncate(line, view.columns - 8)}`),
    ...(ended.log === undefined ? [] : [view.paint('dim', `      all of it: ${ended.log}`)]),
  ]
}
