import type { Check } from '../../actions/doctor/check.ts'
import { counted } from '../wording/counted.ts'
import { finished } from './finished.ts'
import type { CheckUpResult } from './json/check-up-document.ts'
import type { Look } from './paint.ts'
import { printableData } from './printable-data.ts'
import { prose } from './prose.ts'
import type { View } from './view.ts'

/** What was looked at, in the order in which it depends on each other, and what to do about what is wrong. */
export function showCheckUp(result: CheckUpResult, view: View): string[] {
  const { checks } = printableData(result)
  const width = Math.max(...checks.map(check => nameOf(check).length))
  const lines = checks.flatMap(check => {
    const { mark, look } = marks[check.status]
    const indent = width + 6
    const [first = '', ...rest] = prose(check.message, { view, indent })
    return [
      `  ${view.paint(look, mark)} ${nameOf(check).padEnd(width)}  ${first.trimStart()}`,
      ...rest,
      ...prose(check.advice ?? '', { view, indent: indent + 2 }),
    ]
  })
  return finished([...lines, '', end(checks)], view)
}

function nameOf({ name, process }: Check): string {
  return name === 'process' && process !== undefined ? process : name
}

function end(checks: readonly Check[]): string {
  const [broken, doubtful] = (['error', 'warning'] as const).map(
    status => checks.filter(check => check.status === status).length,
  )
  if (broken) return `${counted(broken, 'thing')} must be set right before tapit can work here.`
  return doubtful ? `tapit can work here; ${counted(doubtful, 'thing')} to look at.` : 'All is well.'
}

const marks: Readonly<Record<Check['status'], { readonly mark: string; readonly look: Look }>> = {
  error: { mark: '✗', look: 'bad' },
  warning: { mark: '!', look: 'warn' },
  ok: { mark: '●', look: 'good' },
  skipped: { mark: '○', look: 'dim' },
}
