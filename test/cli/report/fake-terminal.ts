import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** A terminal that understands what the live screen uses, and fails at anything else. */
export class FakeTerminal {
  columns: number
  rows: number
  /** Everything that was written, raw. */
  written = ''
  isCursorHidden = false
  isSynchronized = false
  private lines: string[] = ['']
  private row = 0
  private column = 0

  constructor({ columns = 80, rows = 24 }: { columns?: number; rows?: number } = {}) {
    this.columns = columns
    this.rows = rows
  }

  write(text: string): void {
    this.written += text
    // oxlint-disable-next-line no-control-regex -- this is a terminal
    for (const [token = '', sequence] of text.matchAll(/\u001b\[([?\d;]*[A-Za-z])|\r|\n|[^\u001b\r\n]+/g)) {
      if (sequence !== undefined) this.obey(sequence)
      else if (token === '\r') this.column = 0
      else if (token === '\n') this.down()
      else for (const { segment } of graphemes.segment(token)) this.put(segment)
    }
  }

  /** All lines, those that have scrolled away too, without trailing blank ones. */
  text(): string {
    return this.lines
      .map(line => line.trimEnd())
      .join('\n')
      .trimEnd()
  }

  /** How many lines have scrolled out of sight. */
  scrolled(): number {
    return Math.max(0, this.lines.length - this.rows)
  }

  private obey(sequence: string): void {
    const number = Number.parseInt(sequence, 10)
    switch (sequence.at(-1)) {
      case 'm':
        return
      case 'A':
        this.row = Math.max(this.scrolled(), this.row - number)
        return
      case 'K':
        this.lines[this.row] = this.line().slice(0, this.column)
        return
      case 'J':
        this.lines = [...this.lines.slice(0, this.row), this.line().slice(0, this.column)]
        return
      default:
        this.mode(sequence)
    }
  }

  private mode(sequence: string): void {
    if (sequence === '?25l') this.isCursorHidden = true
    else if (sequence === '?25h') this.isCursorHidden = false
    else if (sequence === '?2026h') this.isSynchronized = true
    else if (sequence === '?2026l') this.isSynchronized = false
    else throw new Error(`a sequence that this terminal does not know: ${JSON.stringify(sequence)}`)
  }

  private put(character: string): void {
    if (this.column + stringWidth(character) > this.columns) this.down()
    const line = this.line().padEnd(this.column)
    this.lines[this.row] = line.slice(0, this.column) + character + line.slice(this.column + 1)
    this.column += stringWidth(character)
  }

  private down(): void {
    this.row += 1
    this.column = 0
    this.lines[this.row] ??= ''
  }

  private line(): string {
    return this.lines[this.row] ?? ''
  }
}
