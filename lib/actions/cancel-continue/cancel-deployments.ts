import type { Deployment } from '../../deployment/deployment.ts'
import { cancel } from './cancel.ts'
import { type DecisionOptions, decideEach, wishOf } from './decide-each.ts'
import { type DecidedEnd, decided } from './decided.ts'
import type { DeployEvent } from '../events.ts'
import type { OpenDeployments } from './open-deployments.ts'
import { Trouble } from '../trouble.ts'

/** Cancels deployments that are still in progress. */
export async function* cancelDeployments(
  { group, open }: OpenDeployments & { readonly is: 'recorded' },
  options: DecisionOptions,
): AsyncGenerator<DeployEvent, DecidedEnd, void> {
  const wish = await wishOf(options)
  const { clock } = options.ports
  const cancelled = yield* decideEach(open, {
    clock,
    decide: stored => cancel(stored, wish),
    // One that can no longer be cancelled does not keep the others from it.
    isItsOwn: refusal => !(refusal instanceof Trouble),
  })
  const end = yield* decided(group, cancelled, options)
  return isAsWanted(end.deployments) ? { ...end, exit: 'done' } : end
}

/** Cancelled is what was wanted; anything else is not. */
function isAsWanted(deployments: readonly Deployment[]): boolean {
  return deployments.every(({ state }) => state.is === 'cancelled' || state.is === 'rolled_back')
}
