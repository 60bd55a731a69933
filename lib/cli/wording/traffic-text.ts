import { textWidth } from '../text/text-width.ts'
import { failed, type Tally } from '../traffic/tally.ts'
import { counted } from './counted.ts'
import { timeOfDay } from './time-of-day.ts'

export type TrafficTextOptions = {
  /** Columns of the terminal. @default - as many as it needs */
  readonly columns?: number
}

/** `12:00:07Z  20 rps  v1.2.2 18 (90 %)  v1.3.0 2 (10 %)  errors 1 (5 %)`: what the users of one second saw. */
export function secondText(
  second: Tally & { readonly at: number },
  { columns }: TrafficTextOptions = {},
): string {
  const { at, requests, versions } = second
  const errors = failed(second)
  const parts = [
    timeOfDay(at),
    `${requests} rps`,
    ...shares(versions, requests),
    ...(errors === 0 ? [] : shares({ errors }, requests)),
  ]
  return folded(parts, { gap: '  ', columns })
}

/** `600 requests, v1.2.2 540 (90 %), v1.3.0 60 (10 %), errors: 30 × 500, lost: none`. */
export function totalText(
  { requests, versions, errors, lost }: Tally,
  { columns }: TrafficTextOptions = {},
): string {
  const statuses = named(errors).map(([status, count]) => `${count} × ${status}`)
  const parts = [
    counted(requests, 'request'),
    ...shares(versions, requests),
    `errors: ${statuses.length === 0 ? 'none' : statuses.join(' + ')}`,
    `lost: ${lost === 0 ? 'none' : lost}`,
  ]
  return folded(parts, { gap: ', ', columns })
}

function shares(counts: Tally['versions'], of: number): readonly string[] {
  return named(counts).map(([name, count]) => `${name} ${count} (${percent(count, of)})`)
}

/** In the order of their names: a version keeps its place from second to second. */
function named(counts: Tally['versions']): readonly (readonly [string, number])[] {
  return Object.entries(counts).toSorted(([one], [other]) =>
    one.localeCompare(other, 'en', { numeric: true }),
  )
}

/** Never 0 % of something, nor 100 % of what is not all. */
function percent(part: number, whole: number): string {
  const share = (100 * part) / whole
  if (part > 0 && share < 1) return '<1 %'
  if (part < whole && share > 99) return '>99 %'
  return `${Math.round(share)} %`
}

type FoldOptions = { readonly gap: string; readonly columns?: number }

/** On one line, or on several with no part torn apart. */
function folded([first = '', ...parts]: readonly string[], { gap, columns = Infinity }: FoldOptions): string {
  const lines = [first]
  for (const part of parts) {
    const line = `${lines.at(-1) ?? ''}${gap}${part}`
    // Room for the comma that may follow.
    if (textWidth(line) < columns) lines[lines.length - 1] = line
    else {
      lines[lines.length - 1] += gap.trimEnd()
      lines.push(`  ${part}`)
    }
  }
  return lines.join('\n')
}
