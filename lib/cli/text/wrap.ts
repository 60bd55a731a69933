import { textWidth } from './text-width.ts'

export type WrapOptions = {
  readonly columns: number
  /**
   * Spaces before every line.
   * @default 0
   */
  readonly indent?: number
  /**
   * Spaces before every line but the first.
   * @default - as `indent`
   */
  readonly hanging?: number
}

/** Text broken between words into lines of at most so many columns. A word that is longer stays whole: an id or URL must be copyable. */
export function wrap(text: string, { columns, indent = 0, hanging = indent }: WrapOptions): string {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = ''
    let width = 0
    for (const word of paragraph.split(' ').filter(part => part !== '')) {
      const margin = lines.length === 0 ? indent : hanging
      const wordWidth = textWidth(word)
      if (line !== '' && margin + width + 1 + wordWidth > columns) {
        lines.push(' '.repeat(margin) + line)
        line = word
        width = wordWidth
      } else {
        width += (line === '' ? 0 : 1) + wordWidth
        line = line === '' ? word : `${line} ${word}`
      }
    }
    lines.push(line === '' ? '' : ' '.repeat(lines.length === 0 ? indent : hanging) + line)
  }
  return lines.join('\n')
}
