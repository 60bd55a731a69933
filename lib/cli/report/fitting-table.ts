import { textWidth } from '../text/text-width.ts'
import { table } from '../text/table.ts'

type Rows = readonly (readonly string[])[]

/** The first of several ways to say the same as a table that fits the terminal; the last one, cut, where none does. */
export function fittingTable(
  ways: readonly Rows[],
  { columns, indent }: { columns: number; indent: number },
): string[] {
  for (const rows of ways) {
    const text = lines(table(withoutEmptyColumns(rows), { indent }))
    if (text.every(line => textWidth(line) <= columns)) return text
  }
  const last = withoutEmptyColumns(ways.at(-1) ?? [])
  return lines(table(last, { columns, indent }))
}

function lines(text: string): string[] {
  return text === '' ? [] : text.split('\n')
}

function withoutEmptyColumns(rows: Rows): Rows {
  const width = Math.max(0, ...rows.map(row => row.length))
  const kept = Array.from({ length: width }, (_, index) => index).filter(index =>
    rows.some(row => (row[index] ?? '') !== ''),
  )
  return rows.map(row => kept.map(index => row[index] ?? ''))
}
