/** Of a finding, the worst first. */
export const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED'] as const

export type Severity = (typeof severities)[number]

export function isSeverity(word: string): word is Severity {
  return severities.some(severity => severity === word)
}
