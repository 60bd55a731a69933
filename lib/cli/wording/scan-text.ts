import type { ScanSummary } from '../../images/ports.ts'
import { age } from './age.ts'
import { listed } from './listed.ts'

const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED']

/** `1 critical and 3 high, 2 h ago`; a scan that has not come to its end, in AWS's own word. */
export function scanText({ status, findings, scannedAt }: ScanSummary, now: number): string {
  const counts = severities.flatMap(severity => {
    const count = findings[severity] ?? 0
    return count === 0 ? [] : [`${count} ${severity.toLowerCase()}`]
  })
  const isDone = status === 'COMPLETE' || status === 'ACTIVE'
  if (!isDone && counts.length === 0) return status.toLowerCase().replaceAll('_', ' ')
  const found = counts.length === 0 ? 'nothing found' : listed(counts)
  return scannedAt === undefined ? found : `${found}, ${age(now - scannedAt)} ago`
}
