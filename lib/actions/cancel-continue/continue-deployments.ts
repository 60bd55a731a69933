import type { Deployment } from '../../deployment/deployment.ts'
import { isSettled } from '../../deployment/projections.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Stored } from '../../records/records.ts'
import { type DecisionOptions, decideEach, wishOf } from './decide-each.ts'
import { type DecidedEnd, decided } from './decided.ts'
import type { DeployEvent } from '../events.ts'
import { goOn } from './go-on.ts'
import type { OpenDeployments } from './open-deployments.ts'

/** Lets go on what waits for a person among these deployments; refuses where nothing does. */
export async function* continueDeployments(
  { group, open }: OpenDeployments & { readonly is: 'recorded' },
  options: DecisionOptions,
): AsyncGenerator<DeployEvent, DecidedEnd, void> {
  const waiting = open.filter(({ record }) => isWaiting(record))
  if (waiting.length === 0) refuseNothingWaits(open)
  const wish = await wishOf(options)
  const { clock } = options.ports
  const continued = yield* decideEach(waiting, {
    clock,
    decide: stored => goOn(stored, wish),
    // One that went on by itself meanwhile keeps no other from it.
    isItsOwn: ({ code }) => code === 'nothing_waits' || code === 'unanswered',
  })
  return yield* decided(group, continued, { ...options, isAsWanted: goesOn })
}

/** Whoever let it go on: it does, or has. */
function goesOn({ state }: Deployment): boolean {
  return (
    state.is === 'live' || !(isSettled(state) || state.is === 'rolling_back' || state.is === 'cancelling')
  )
}

function isWaiting({ state }: Deployment): boolean {
  return 'pause' in state && state.pause !== undefined
}

function refuseNothingWaits(open: readonly Stored<Deployment>[]): never {
  const names = open.map(({ record }) => `${record.process} (${record.id})`).join(', ')
  throw new Refusal({
    code: 'nothing_waits',
    message: `nothing waits for a decision: ${names} ${open.length === 1 ? 'goes' : 'go'} on without one.`,
    advice: `tapit -a ${open[0]?.record.app} show deploy id=${open[0]?.record.id} --wait follows it.`,
  })
}
