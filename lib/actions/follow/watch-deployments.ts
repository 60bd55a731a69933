import type { Deployment } from '../../deployment/deployment.ts'
import { exitOf, isSettled } from '../../deployment/projections.ts'
import type { ExitName } from '../../names/refusal.ts'
import type { Stored } from '../../records/records.ts'
import type { DeployEvent } from '../events.ts'
import { follow } from './follow.ts'
import type { Followed } from './followed.ts'
import { createLeases } from '../leases/leases.ts'
import type { Observer } from '../observe/observer.ts'
import type { Ports } from '../ports.ts'
import { whyOver } from './why-over.ts'

export type WatchOptions = {
  readonly ports: Ports
  readonly observer: Observer
  /** Aborted when nobody waits any longer. */
  readonly signal: AbortSignal
}

export type WatchEnd = { readonly exit: ExitName; readonly deployments: readonly Deployment[] }

/** Follows deployments that another command made, or nobody follows: to their ends, and without asking ECS for anything. */
export async function* watchDeployments(
  stored: readonly Stored<Deployment>[],
  { ports, observer, signal }: WatchOptions,
): AsyncGenerator<DeployEvent, WatchEnd, void> {
  const followed = stored.map((each): Followed => ({ stored: each, isFinal: isSettled(each.record.state) }))
  const end = yield* follow(followed, { observer, leases: noLeases(ports), ports, signal, beside: [] })
  const deployments = followed.map(({ stored: { record } }) => record)
  const exit = exitOf(deployments.map(({ state }) => state))
  if (end !== 'left')
    return { deployments, exit: end === 'unknown' && exit === 'done' ? 'in_progress' : exit }
  const why = whyOver(signal)
  yield { is: 'left', at: ports.clock.now(), why, deployments }
  return { deployments, exit: why === 'time_over' ? 'in_progress' : 'interrupted' }
}

/** Whoever only watches holds none, so nothing is renewed and nothing is changed. */
function noLeases({ records, clock }: Ports): ReturnType<typeof createLeases> {
  return createLeases(records, clock, { app: '', holder: '', seconds: 60, caller: '' })
}
