import type { Instant } from '../deployment/state.ts'
import type { Lease } from '../records/lease.ts'

/**
 * Whether a lease looks like a dead command's by the clocks: it was not renewed in time, or was renewed in a future that only a wrong
 * clock knows. Looks are not enough to take it over: clocks differ.
 */
export function isAbandoned({ renewedAt, seconds }: Lease, now: Instant): boolean {
  const age = now - renewedAt
  return age > seconds * 1000 || age < -seconds * 1000
}
