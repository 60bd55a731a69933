import type { ProcessLine } from '../../actions/logs/read-logs.ts'
import { timeOfDay } from '../wording/time-of-day.ts'
import { logText } from './log-text.ts'
import { printableData } from './printable-data.ts'
import type { View } from './view.ts'

type LogLineOptions = {
  /** Lines of several processes are shown, so each says which one it is of. */
  readonly isSeveral: boolean
  readonly view: View
}

/** A line of a log: time, where it comes from, text. What was logged is shown whole: to break long lines is the terminal's part. */
export function logLine(line: ProcessLine, { isSeveral, view }: LogLineOptions): string {
  const source = isSeveral ? ` ${printableData(`${line.process}/${taskOf(line.stream)}`)}` : ''
  const prefix = view.paint('dim', `${timeOfDay(line.at, view.now)}${source}`)
  return line.message
    .replace(/[\r\n]+$/, '')
    .split(/\r?\n/)
    .map(text => `${prefix} ${logText(text)}`.trimEnd())
    .join('\n')
}

/** Enough of the task's id, the end of the stream's name, to tell lines of several tasks apart. */
function taskOf(stream: string): string {
  return stream.slice(stream.lastIndexOf('/') + 1).slice(0, 8)
}
