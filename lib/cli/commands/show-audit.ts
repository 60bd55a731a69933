import { readAudit } from '../../actions/audit/read-audit.ts'
import { parseDuration } from '../argv/duration.ts'
import { listed } from '../argv/listed.ts'
import type { Handler } from '../command.ts'
import { openContext } from '../context.ts'
import { printResult } from '../print-result.ts'

const defaultLimit = 50

/** Who did what, and what became of it. */
export const showAudit: Handler = async (invocation, io) => {
  const { since, id, process, limit, next_token: next } = invocation.keys
  const { ports, cluster: app } = await openContext(invocation, io)
  const audit = await readAudit(
    {
      app,
      limit: limit === undefined ? defaultLimit : Number(limit),
      ...(since !== undefined && { from: io.clock.now() - parseDuration(since, 'since=') }),
      ...(id !== undefined && { id }),
      ...(process !== undefined && { processes: listed(process) }),
      ...(next !== undefined && { next }),
    },
    ports,
  )
  await printResult(
    { invocation, io },
    {
      document: async () => (await import('../report/json/audit-document.ts')).auditDocument(audit),
      text: async view => (await import('../report/audit.ts')).showAuditEntries(audit, view),
    },
  )
  return 0
}
