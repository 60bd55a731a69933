import type { Lease } from '../../records/lease.ts'

/** `dep_01jd… by ci (arn:…), since 2026-11-21T10:00:00.000Z`, for whoever is refused for it. */
export function whoHolds({
  deploymentId,
  caller,
  initiator,
  since,
  isBuilding = false,
  isStopping = false,
}: Lease): string {
  const who = initiator === undefined ? caller : `${initiator} (${caller})`
  return `${deploymentId}${isBuilding ? ', being built' : isStopping ? ', being stopped' : ''} by ${who}, since ${new Date(since).toISOString()}`
}
