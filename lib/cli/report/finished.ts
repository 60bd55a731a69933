import type { View } from './view.ts'

const inAscii: Readonly<Record<string, string>> = {
  '●': '*',
  '◐': '~',
  '✗': 'x',
  '○': 'o',
  '⊘': '-',
  '·': '-',
  '→': '->',
  '…': '...',
}

/** The lines of a text as the terminal can show them. */
export function finished(lines: readonly string[], { isAscii }: Pick<View, 'isAscii'>): string[] {
  return lines.map(line => {
    const text = line.trimEnd()
    return isAscii ? text.replace(/[●◐✗○⊘·→…]/g, mark => inAscii[mark] ?? mark) : text
  })
}
