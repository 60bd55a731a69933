import type { AuditLoss } from '../../actions/audit/audit-writer.ts'
import { auditLogGroup } from '../../names/aws.ts'
import { printable } from '../text/printable.ts'
import { counted } from './counted.ts'

/**
 * What the audit log misses. Nothing, unless it is asked for, where there is no log group to write to: then nobody expects anything in it,
 * and every command would say so.
 */
export function auditLossText(
  { app, lines, why }: AuditLoss,
  { isVerbose }: { readonly isVerbose: boolean },
): string | undefined {
  if (why === 'no_log_group' && !isVerbose) return undefined
  const missing = `${counted(lines, 'line')} of the audit log ${auditLogGroup(app)} could not be written`
  return printable(`${missing}: ${reasonOf(why)}. All else is done as said.`)
}

function reasonOf(why: AuditLoss['why']): string {
  if (why === 'no_log_group')
    return 'there is no such log group, and it may not be made (logs:CreateLogGroup)'
  if (why === 'too_slow') return 'CloudWatch Logs took too long'
  return why.message.replace(/\.$/, '')
}
