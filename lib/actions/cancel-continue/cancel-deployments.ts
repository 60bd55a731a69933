import type { Deployment } from '../../deployment/deployment.ts'
import type { ExitName } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import { cancel } from './cancel.ts'
import { type DecisionOptions, decideEach, wishOf } from './decide-each.ts'
import type { DeployEvent } from '../events.ts'
import type { OpenDeployments } from './open-deployments.ts'
import { Trouble } from '../trouble.ts'
import { watchDeployments } from '../follow/watch-deployments.ts'

export type CancelEnd = {
  readonly exit: ExitName
  readonly group: Group
  readonly deployments: readonly Deployment[]
}

/** Cancels deployments that are still in progress. */
export async function* cancelDeployments(
  { group, open }: OpenDeployments & { readonly is: 'recorded' },
  options: DecisionOptions,
): AsyncGenerator<DeployEvent, CancelEnd, void> {
  const wish = await wishOf(options)
  const { clock } = options.ports
  const cancelled = yield* decideEach(open, {
    clock,
    decide: stored => cancel(stored, wish),
    // One that can no longer be cancelled does not keep the others from it.
    isItsOwn: refusal => !(refusal instanceof Trouble),
  })
  if (!options.wait) {
    const deployments = cancelled.map(({ record }) => record)
    yield { is: 'left', at: clock.now(), why: 'asked', deployments }
    return { group, deployments, exit: 'done' }
  }
  const { deployments, exit } = yield* watchDeployments(cancelled, options)
  return { group, deployments, exit: isAsWanted(deployments) ? 'done' : exit }
}

/** Cancelled is what was wanted; anything else is not. */
function isAsWanted(deployments: readonly Deployment[]): boolean {
  return deployments.every(({ state }) => state.is === 'cancelled' || state.is === 'rolled_back')
}
