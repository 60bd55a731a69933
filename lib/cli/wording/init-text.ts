import type { Initialised } from '../../init/initialise.ts'
import type { View } from '../report/view.ts'
import { printable } from '../text/printable.ts'
import { textWidth } from '../text/text-width.ts'
import { wrap } from '../text/wrap.ts'

/** What `tapit init` wrote and why, what is left to do, and the commands to go on with. */
export function initText({ files, findings, todo, next }: Initialised, view: View): readonly string[] {
  return [
    `wrote ${files.join(' and ')}:`,
    ...pairs(
      findings.map(({ found, wrote }) => [found, wrote] as const),
      { view, between: view.isAscii ? ' -> ' : ' → ' },
    ),
    ...(todo.length === 0
      ? []
      : [
          '',
          'left to do:',
          ...todo.map(sentence => wrapped(`- ${sentence}`, { view, indent: 2, hanging: 4 })),
        ]),
    '',
    'next:',
    ...pairs(
      next.map(({ command, does }) => [command, does] as const),
      { view, between: '   # ' },
    ),
  ]
}

type PairsOptions = { readonly view: View; readonly between: string }

const widestFirst = 48

/** Two columns; where the line is too narrow for both, the second stands below the first. */
function pairs(
  rows: readonly (readonly [string, string])[],
  { view, between }: PairsOptions,
): readonly string[] {
  const shown = rows.map(([first, second]) => [printable(first), printable(second)] as const)
  const width = Math.max(0, ...shown.map(([first]) => textWidth(first)).filter(width => width <= widestFirst))
  return shown.map(([first, second]) => {
    const gap = ' '.repeat(Math.max(0, width - textWidth(first)))
    const line = `  ${first}${gap}${between}${second}`
    return textWidth(line) <= view.columns
      ? line
      : `  ${first}\n${wrapped(`${between.trim()} ${second}`, { view, indent: 6, hanging: 8 })}`
  })
}

type Margins = { readonly view: View; readonly indent: number; readonly hanging: number }

/** Nothing to copy is broken in two where no terminal limits the line. */
function wrapped(text: string, { view: { columns }, indent, hanging }: Margins): string {
  return wrap(printable(text), { columns, indent, hanging })
}
