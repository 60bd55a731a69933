import { type Deployment, enter } from '../../deployment/deployment.ts'
import type { Instant, State } from '../../deployment/state.ts'
import type { Stored } from '../../records/records.ts'
import { keep } from '../keep.ts'
import type { Ports } from '../ports.ts'

/** Ends those whose time is over by AWS's clock: nobody approved them, or nobody started them. The others stay as they are. */
export async function settleExpired(
  stored: readonly Stored<Deployment>[],
  { records, identity, clock }: Pick<Ports, 'records' | 'identity' | 'clock'>,
): Promise<readonly Stored<Deployment>[]> {
  if (!stored.some(isWaiting)) return stored
  const { at } = await identity.whoIs()
  return Promise.all(
    stored.map(async each => {
      const over = expiry(each.record, at)
      return over === undefined ? each : keep(records, each, enter(each.record, over, clock.now()))
    }),
  )
}

export function isWaiting({ record: { state } }: Stored<Deployment>): boolean {
  return state.is === 'awaiting_approval'
}

/** How it ends, if its time is over. */
export function expiry({ state, approval }: Deployment, at: Instant): State | undefined {
  if (state.is !== 'awaiting_approval') return undefined
  const { policy, until } = state
  const met = approval?.met
  if (met === undefined)
    return at < until
      ? undefined
      : { is: 'denied', policy, because: 'no_reply', reason: `nobody approved it until ${iso(until)}` }
  return at < met.executeUntil
    ? undefined
    : {
        is: 'denied',
        policy,
        because: 'not_executed',
        reason: `it was approved, and nobody started it until ${iso(met.executeUntil)}`,
      }
}

function iso(at: Instant): string {
  return new Date(at).toISOString()
}
