import type { Figure, Unit } from './figure.ts'
import { isWithinLimit } from './is-within-limit.ts'
import { median } from './statistics.ts'

/** The figures as a table for people. */
export function table(figures: readonly Figure[]): string {
  const rows = [
    ['', 'measure', 'median', 'max', 'limit', 'runs', ''],
    ...figures.map(figure => [
      mark(figure),
      figure.name,
      shown(median(figure.values), figure.unit),
      shown(Math.max(...figure.values), figure.unit),
      limitOf(figure),
      String(figure.values.length),
      figure.note ?? '',
    ]),
  ]
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function mark(figure: Figure): string {
  if (!isWithinLimit(figure)) return '✗'
  return figure.limit === undefined ? ' ' : '✓'
}

function limitOf({ limit, unit }: Figure): string {
  const { median: middle, max } = limit ?? {}
  const parts = [
    ...(middle === undefined ? [] : [`median ≤ ${shown(middle, unit)}`]),
    ...(max === undefined ? [] : [`max ≤ ${shown(max, unit)}`]),
  ]
  return parts.length === 0 ? '–' : parts.join(', ')
}

function shown(value: number, unit: Unit): string {
  switch (unit) {
    case 'times':
      return `${value.toFixed(2)} ×`
    case 's':
      return `${value.toFixed(2)} s`
    case 'per s':
      return `${value.toFixed(2)}/s`
    case 'calls':
      return String(Math.round(value))
    case 'MiB':
      return `${Math.round(value)} MiB`
    case '%':
      return `${value.toFixed(1)} %`
  }
}
