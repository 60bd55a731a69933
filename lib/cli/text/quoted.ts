import { printable } from './printable.ts'
import { truncate } from './truncate.ts'

const longest = 60
/** Far more than is shown; the rest need not be made printable. */
const looksAt = 1000

/** What somebody typed, as a message may repeat it: in quotes, printable and short. */
export function quoted(text: string): string {
  return `"${truncate(printable(text.slice(0, looksAt)), longest)}"`
}
