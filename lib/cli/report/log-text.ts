import { printable } from '../text/printable.ts'

/** A line out of a program's log as a terminal may show it: its colours dropped, its tabs kept as room, all else visible. */
export function logText(line: string): string {
  // oxlint-disable-next-line no-control-regex -- colours begin with the escape character
  const withoutColours = line.replace(/\u001b\[[0-9;:]*m/g, '')
  return printable(withoutColours.replace(/[\r\n]+$/, '').replaceAll('\t', '  '))
}
