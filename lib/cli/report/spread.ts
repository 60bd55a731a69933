import { textWidth } from '../text/text-width.ts'
import { readable } from './readable.ts'

/** Two texts at both ends of a line, or under one another where the line is too short for that. */
export function spread(left: string, right: string, columns: number): string[] {
  if (right === '') return [left]
  const width = Math.min(columns, readable)
  const room = width - textWidth(left) - textWidth(right)
  if (room >= 2) return [left + ' '.repeat(room) + right]
  return textWidth(left) + 2 + textWidth(right) <= columns ? [`${left}  ${right}`] : [left, `  ${right}`]
}
