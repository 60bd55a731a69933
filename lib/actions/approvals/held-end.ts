import { exitOf } from '../../deployment/projections.ts'
import type { Clock } from '../../names/clock.ts'
import type { DeployEnd } from '../deploy/deploy-options.ts'
import type { DeployEvent } from '../events.ts'
import type { Plan } from '../plan/plan.ts'
import type { Held } from './hold.ts'

export type HeldEndOptions = {
  readonly plan: Plan
  /** `ended`: it was denied · `left`: nobody waits for the approval · absent: somebody does. */
  readonly how?: 'ended' | 'left'
  readonly clock: Pick<Clock, 'now'>
}

/** How a deploy ends, for now or for good, that policies do not let begin. */
export async function* heldEnd(
  { group, stored }: Held,
  { plan, how, clock }: HeldEndOptions,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  const deployments = stored.map(({ record }) => record)
  const at = clock.now()
  yield { is: 'recorded', at, group, deployments }
  if (how === 'ended') yield { is: 'ended', at, deployments }
  if (how === 'left') yield { is: 'left', at, why: 'asked', deployments }
  return { plan, group, deployments, exit: exitOf(deployments.map(({ state }) => state)) }
}
