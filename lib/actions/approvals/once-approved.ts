import { exitOf } from '../../deployment/projections.ts'
import type { DeployEnd, DeployOptions } from '../deploy.ts'
import type { DeployEvent } from '../events.ts'
import type { DeployRequest } from '../request.ts'
import { whyOver } from '../why-over.ts'
import { watchDeployments } from '../watch-deployments.ts'
import { approvedRequest } from './approved-request.ts'
import { awaitDecision } from './await-decision.ts'
import type { Held } from './hold.ts'
import { isWaiting } from './settle-expired.ts'
import type { Approved } from './take-up.ts'

export type OnceApprovedOptions = Pick<DeployOptions, 'ports' | 'observer' | 'signal'> & {
  /** Starts what was approved. */
  readonly start: (request: DeployRequest, approved: Approved) => AsyncGenerator<DeployEvent, DeployEnd, void>
}

/** Waits for the approval of what a deploy has recorded, and goes on from there. */
export async function* onceApproved(
  request: DeployRequest,
  end: DeployEnd,
  { start, ...options }: OnceApprovedOptions,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  const { group } = end
  const { ports, observer, signal } = options
  if (group === undefined) return end
  const ids = end.deployments.map(({ id }) => id)
  const held: Held = { group, stored: await ports.records.deployments(group.app, ids) }
  const decided = yield* awaitDecision(held, options)
  const approved = decided.filter(isWaiting).filter(({ record }) => record.approval?.met !== undefined)
  const others = decided.filter(each => !approved.includes(each))
  if (signal.aborted) {
    const why = whyOver(signal)
    const deployments = decided.map(({ record }) => record)
    yield { is: 'left', at: ports.clock.now(), why, deployments }
    return { ...end, deployments, exit: why === 'interrupted' ? why : 'waiting' }
  }
  if (approved.length === 0) {
    // Somebody else may have started them.
    const seen = yield* watchDeployments(decided, { ports, observer, signal })
    yield { is: 'ended', at: ports.clock.now(), deployments: seen.deployments }
    return { ...end, ...seen }
  }
  const { app, environment } = request
  const place = { app, ...(environment !== undefined && { environment }) }
  const records = approved.map(({ record }) => record)
  const started = yield* start(approvedRequest(place, records, request), { group, stored: approved })
  const deployments = [...started.deployments, ...others.map(({ record }) => record)]
  const exit = others.length === 0 ? started.exit : exitOf(deployments.map(({ state }) => state))
  return { ...started, deployments, exit }
}
