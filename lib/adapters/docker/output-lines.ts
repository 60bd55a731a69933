import { stripVTControlCharacters } from 'node:util'

/** Longer lines are cut: somebody prints a bundle, or a file without line breaks. */
const longestLine = 2_000
/** Of a line that does not end. */
const mostKept = 64 * 1024

/** Takes out what must not be shown: before a line is cut, or the beginning of a long secret would stay. */
type Mask = (text: string) => string
const hidingNothing: Mask = text => text

/** Makes lines for people out of what a program writes to a terminal: no colours, and of a progress bar its last state. */
export function outputLines(
  tell: (line: string) => void,
  mask: Mask = hidingNothing,
): { write(chunk: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder()
  let rest = ''
  return {
    write(chunk) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = shortened(lines.pop() ?? '')
      for (const each of lines) tell(maskedLine(each, mask))
    },
    end() {
      const last = maskedLine(rest + decoder.decode(), mask)
      rest = ''
      if (last !== '') tell(last)
    },
  }
}

/** One line without colours, control characters and what was overwritten on it. */
export function plainLine(line: string): string {
  return maskedLine(line, hidingNothing)
}

/** The same without what must not be shown. */
export function maskedLine(line: string, mask: Mask): string {
  const shown = stripVTControlCharacters(line).split('\r')
  const last = shown.findLast(each => each.trim() !== '') ?? ''
  // oxlint-disable-next-line no-control-regex -- these are what must go
  const plain = mask(last.replace(/[\u0000-\u0008\u000B-\u001F\u007F\u0080-\u009F]/g, '').trimEnd())
  return plain.length <= longestLine ? plain : `${plain.slice(0, longestLine)}…`
}

/** Of a progress bar that never breaks the line only the end counts; of anything else, the beginning. */
function shortened(rest: string): string {
  if (rest.length <= mostKept) return rest
  const last = rest.lastIndexOf('\r', rest.length - 2)
  return last === -1 || rest.length - last > mostKept ? rest.slice(0, mostKept) : rest.slice(last)
}
