import stringWidth from 'string-width'
import { readable } from './readable.ts'

/** Two texts at both ends of a line, or under one another where the line is too short for that. */
export function spread(left: string, right: string, columns: number): string[] {
  if (right === '') return [left]
  const width = Math.min(columns, readable)
  const room = width - stringWidth(left) - stringWidth(right)
  if (room >= 2) return [left + ' '.repeat(room) + right]
  return stringWidth(left) + 2 + stringWidth(right) <= columns ? [`${left}  ${right}`] : [left, `  ${right}`]
}
