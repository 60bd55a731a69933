import { type Severity, severityOf } from '../../actions/doctor/finding.ts'
import { findingText } from '../wording/finding-text.ts'
import { finished } from './finished.ts'
import type { Examined } from './json/doctor-document.ts'
import type { Look } from './paint.ts'
import { printableData } from './printable-data.ts'
import { prose } from './prose.ts'
import type { View } from './view.ts'

/** What a `cdk deploy` would spoil, the worst first. */
export function showDoctor(examined: Examined, view: View): string[] {
  const { app, stack, findings } = printableData(examined)
  const sorted = (['refuse', 'warn', 'ok'] as const).flatMap(severity =>
    findings.filter(finding => severityOf(finding) === severity).map(finding => ({ finding, severity })),
  )
  const lines = sorted.flatMap(({ finding, severity }) => {
    const { message, advice = '' } = findingText(finding, app)
    const [first = '', ...rest] = prose(message, { view, indent: 4 })
    return [`${markOf(severity, view)} ${first.trimStart()}`, ...rest, ...prose(advice, { view, indent: 6 })]
  })
  const isRefused = sorted.some(({ severity }) => severity === 'refuse')
  const end = isRefused
    ? `Do not run \`cdk deploy\` for stack ${stack} now.`
    : `\`cdk deploy\` can go on for stack ${stack}.`
  return finished([...lines, '', end], view)
}

const marks: Readonly<Record<Severity, { readonly mark: string; readonly look: Look }>> = {
  refuse: { mark: '✗', look: 'bad' },
  warn: { mark: '!', look: 'warn' },
  ok: { mark: '●', look: 'good' },
}

function markOf(severity: Severity, { paint }: View): string {
  const { mark, look } = marks[severity]
  return `  ${paint(look, mark)}`
}
