import type { AuditEntries } from '../../../actions/audit/read-audit.ts'
import { type Document, schemaVersion } from './document.ts'
import { iso } from './iso.ts'
import { present } from './present.ts'

/** What `show audit` answers under `-o json`: newest first, as it was written. */
export function auditDocument({ entries, next }: AuditEntries): Document {
  return present({
    schemaVersion,
    events: entries.map(({ at, writtenAt, ingestedAt, ...more }) =>
      present({ at: iso(at), writtenAt: iso(writtenAt), ingestionTime: iso(ingestedAt), ...more }),
    ),
    nextToken: next,
  })
}
