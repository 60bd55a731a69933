import type { Instant } from '../../deployment/state.ts'
import type { Lease } from '../../records/lease.ts'

/**
 * Whether a lease looks like a dead command's by the clocks: it was not renewed in time, or was renewed in a future that only a wrong
 * clock knows. Looks are not enough to take it over: clocks differ.
 */
export function isAbandoned({ renewedAt, seconds }: Lease, now: Instant): boolean {
  const age = now - renewedAt
  return age > seconds * 1000 || age < -seconds * 1000
}

/**
 * Whether nobody can be following by it any more, whatever the clocks: for whoever only reads and writes down an end. A reader's clock
 * may well be a minute off.
 */
export function isForgotten({ renewedAt, seconds }: Lease, now: Instant): boolean {
  return now - renewedAt > 3 * seconds * 1000
}
