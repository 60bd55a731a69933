import type { EvidenceLines } from '../../actions/events.ts'
import { logText } from './log-text.ts'
import { printableData } from './printable-data.ts'

/** Log lines of tasks as a terminal may show them. */
export function logTexts(lines: EvidenceLines = []): EvidenceLines {
  return lines.map(each => ({ evidence: printableData(each.evidence), lines: each.lines.map(logText) }))
}
