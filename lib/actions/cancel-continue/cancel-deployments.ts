import type { Deployment } from '../../deployment/deployment.ts'
import type { Stored } from '../../records/records.ts'
import { cancel } from './cancel.ts'
import { type DecisionOptions, type Decisions, decideEach, wishOf } from './decide-each.ts'
import { type DecidedEnd, decided } from './decided.ts'
import type { DeployEvent } from '../events.ts'
import type { OpenDeployments } from './open-deployments.ts'
import type { Group } from '../../records/group.ts'
import { Trouble } from '../trouble.ts'

/** Cancels deployments that are still in progress. */
export async function* cancelDeployments(
  { group, open }: OpenDeployments & { readonly is: 'recorded' },
  options: DecisionOptions,
): AsyncGenerator<DeployEvent, DecidedEnd, void> {
  return yield* cancelled(group, yield* askBack(open, options), options)
}

/** Asks ECS to go back with each of them. */
export async function* askBack(
  open: readonly Stored<Deployment>[],
  options: DecisionOptions,
): AsyncGenerator<DeployEvent, Decisions, void> {
  const wish = await wishOf(options)
  return yield* decideEach(open, {
    clock: options.ports.clock,
    decide: stored => cancel(stored, wish),
    // One that can no longer be cancelled does not keep the others from it.
    isItsOwn: refusal => !(refusal instanceof Trouble),
  })
}

/** What becomes of those that ECS was asked to go back with. */
export function cancelled(
  group: Group,
  decisions: Decisions,
  options: DecisionOptions,
): AsyncGenerator<DeployEvent, DecidedEnd, void> {
  return decided(group, decisions, { ...options, isAsWanted: isGoneBack })
}

/** Whether it is back where it began, or on its way there; anything else is not what was wanted. */
function isGoneBack({ state: { is } }: Deployment): boolean {
  return is === 'cancelling' || is === 'cancelled' || is === 'rolling_back' || is === 'rolled_back'
}
