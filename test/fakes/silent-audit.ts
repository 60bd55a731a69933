import type { Audit } from '../../lib/records/audit.ts'

/** For tests that are about something else than the audit log. */
export const silentAudit: Audit = { tell: () => {} }
