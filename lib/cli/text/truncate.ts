import { textWidth } from './text-width.ts'

const ellipsis = '…'
/** Colours (SGR) take no columns, and are kept when the text after them is cut. */
// oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
const colour = /(\u001b\[[0-9;]*m)/
/** Made when it is needed: 8 ms of any command's start otherwise. */
let graphemes: Intl.Segmenter | undefined

/** Text in at most so many columns of a terminal, ending in `…` where it was cut. */
export function truncate(text: string, columns: number): string {
  // A grapheme is a column wide or none at all, so what is far too long need not be measured to its end.
  const isHuge = text.length > columns * 64 + 1024
  if (!isHuge && textWidth(text) <= columns) return text
  if (columns < 1) return ''

  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  let kept = ''
  let width = 0
  let isCut = false
  for (const [index, part] of text
    .slice(0, columns * 64 + 1024)
    .split(colour)
    .entries()) {
    const isColour = index % 2 === 1
    if (isColour) kept += part
    else if (!isCut) {
      for (const { segment } of graphemes.segment(part)) {
        const next = width + textWidth(segment)
        isCut = next > columns - 1
        if (isCut) {
          kept += ellipsis
          break
        }
        kept += segment
        width = next
      }
    }
  }
  return isCut ? kept : kept + ellipsis
}
