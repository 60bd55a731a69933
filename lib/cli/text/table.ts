import { textWidth } from './text-width.ts'
import { truncate } from './truncate.ts'

export type TableOptions = {
  /**
   * Columns of the terminal that the table must fit.
   * @default - as wide as it needs
   */
  readonly columns?: number
  /** @default 0 */
  readonly indent?: number
}

const gap = 2
/** A column is not made narrower than this: less tells nothing. */
const narrowest = 6

/** Rows of cells as aligned lines; the widest columns give way first where the table is wider than the terminal. */
export function table(
  rows: readonly (readonly string[])[],
  { columns, indent = 0 }: TableOptions = {},
): string {
  const widths = fit(naturalWidths(rows), columns === undefined ? Infinity : columns - indent)
  const line = (row: readonly string[]) =>
    row.map((cell, index) => pad(cell, widths[index] ?? 0)).join(' '.repeat(gap))
  return rows.map(row => (' '.repeat(indent) + line(row)).trimEnd()).join('\n')
}

function naturalWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, textWidth(cell))
  }
  return widths
}

function fit(natural: readonly number[], available: number): number[] {
  const widths = [...natural]
  let excess = widths.reduce((sum, width) => sum + width, 0) + gap * (widths.length - 1) - available
  while (excess > 0) {
    const widest = Math.max(...widths)
    if (widest <= narrowest) return widths
    const next = Math.max(narrowest, ...widths.filter(width => width < widest))
    const index = widths.lastIndexOf(widest)
    // The widest alone goes down to the next widest; those that are equally wide take turns.
    const isAlone = widths.indexOf(widest) === index
    const given = isAlone ? Math.min(excess, widest - next) : 1
    widths[index] = widest - given
    excess -= given
  }
  return widths
}

function pad(cell: string, width: number): string {
  const shown = truncate(cell, width)
  return shown + ' '.repeat(Math.max(0, width - textWidth(shown)))
}
