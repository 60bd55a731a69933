import type { Deployment } from '../../deployment/deployment.ts'
import { exitOf } from '../../deployment/projections.ts'
import type { DeployEvent } from '../events.ts'
import { whyOver } from '../follow/why-over.ts'
import { pruneAfterDeploy } from '../prune/prune-after-deploy.ts'
import type { CarriedOut } from './carry-out.ts'
import type { DeployEnd, DeployOptions } from './deploy-options.ts'
import type { Prepared } from './prepare.ts'
import type { Recorded } from './record-deployments.ts'

/** How a deploy ended, as its command tells it; after a success, what is beyond the retention goes. */
export async function* conclude(
  { gathered, plan }: Prepared,
  { group, followed }: Recorded,
  { end, troubles }: CarriedOut,
  { ports, signal, wait }: DeployOptions,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  const { clock } = ports
  const deployments = followed.map(({ stored }) => stored.record)
  const denied = troubles.find(({ kind }) => kind === 'denied')
  if (denied !== undefined && troubles.length === followed.length) throw denied
  const result = { plan, group, deployments }
  const exit = exitOf(deployments.map(({ state }) => state))
  // A build that was stopped may be settled before it is looked whether anybody waits: that is no end that was waited for.
  const isStopped = signal.aborted && deployments.some(isStoppedBuild)
  if (end === 'settled' && !isStopped) {
    yield { is: 'ended', at: clock.now(), deployments }
    yield* await pruneAfterDeploy(deployments, { ports, signal, gathered })
    return { ...result, exit }
  }
  const unknown = exit === 'done' ? 'in_progress' : exit
  if (end === 'unknown') return { ...result, exit: unknown }
  const lost = followed.filter(({ lostBecause }) => lostBecause !== undefined)
  if (lost.length > 0) {
    const reason = lost[0]?.lostBecause ?? ''
    yield { is: 'unknown', at: clock.now(), deployments: lost.map(({ stored }) => stored.record), reason }
    return { ...result, exit: unknown }
  }
  const why = wait || isStopped ? whyOver(signal) : 'asked'
  yield { is: 'left', at: clock.now(), why, deployments }
  if (why === 'interrupted') return { ...result, exit: 'interrupted' }
  return { ...result, exit: why === 'asked' && exit === 'in_progress' ? 'done' : exit }
}

/** While its image was built, or its release command ran. */
function isStoppedBuild({ state }: Deployment): boolean {
  return state.is === 'cancelled' && state.reached === 'building' && state.cancellation.code === 'cancelled'
}
