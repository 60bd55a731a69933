import { withoutSecrets } from '../../names/without-secrets.ts'
import type { AuditEvent } from '../../records/audit.ts'

export type Circumstances = {
  /** When it was told, in milliseconds since the epoch. */
  readonly at: number
  /** ARN. */
  readonly caller?: string
  readonly command: string
}

/** An event as a line of the audit log: one JSON object, who and what before why. What people typed may hold secrets: they end here. */
export function auditLine(event: AuditEvent, { at, caller, command }: Circumstances): string {
  const { is, app, process, deploymentId, groupId, dockerTag, imageDigest, reason, details } = event
  return JSON.stringify({
    at: new Date(event.at ?? at).toISOString(),
    event: is,
    ...(event.is === 'deployment' && { state: event.state }),
    app,
    process,
    deploymentId,
    groupId,
    dockerTag,
    imageDigest,
    caller,
    command: withoutSecrets(command),
    reason: reason === undefined ? undefined : withoutSecrets(reason),
    details: details === undefined ? undefined : cleared(details),
  })
}

function cleared(details: NonNullable<AuditEvent['details']>): AuditEvent['details'] {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value === 'string' ? withoutSecrets(value) : value,
    ]),
  )
}
