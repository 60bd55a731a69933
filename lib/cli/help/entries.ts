import { textWidth } from '../text/text-width.ts'
import { wrap } from '../text/wrap.ts'

const indent = 2
const gap = 2
/** A name may take so much of the line; the text of a longer one begins on the next line. */
const widestName = 28

/** Names with a sentence each, the sentences under one another. */
export function entries(rows: readonly (readonly [name: string, text: string])[], columns: number): string {
  const most = Math.min(widestName, Math.floor(columns / 2))
  const widths = rows.map(([name]) => textWidth(name)).filter(width => width <= most)
  const textAt = indent + Math.max(0, ...widths) + gap
  return rows
    .map(([name, text]) => {
      const lines = wrap(text, { columns, indent: textAt })
      const named = ' '.repeat(indent) + name
      const isLong = textWidth(named) + gap > textAt
      return isLong ? `${named}\n${lines}` : named + lines.slice(textWidth(named))
    })
    .join('\n')
}
