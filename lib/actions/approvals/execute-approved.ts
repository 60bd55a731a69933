import { exitOf, isSettled } from '../../deployment/projections.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import type { ExitName } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import { deploy } from '../deploy/deploy.ts'
import type { DeployOptions } from '../deploy/deploy-options.ts'
import type { DeployEvent } from '../events.ts'
import { findDeployments } from '../history/find-deployments.ts'
import type { DeployRequest } from '../plan/request.ts'
import { watchDeployments } from '../follow/watch-deployments.ts'
import { approvedRequest } from './approved-request.ts'
import { begunElsewhere } from './begun-elsewhere.ts'
import { toldOfMovedTags } from './moved-tags.ts'
import { isWaiting, settleExpired } from './settle-expired.ts'
import { unlessBegun } from './unless-begun.ts'

export type ExecuteRequest = Pick<DeployRequest, 'app' | 'environment'> & {
  /** The app in its environment. */
  readonly cluster: string
  readonly id: string
}

export type ExecuteEnd = {
  readonly exit: ExitName
  readonly group?: Group
  readonly deployments: readonly Deployment[]
}

/** Starts what was approved. Where it was started already, that is no mistake: then it is told how it stands, and with `wait` followed. */
export async function* executeApproved(
  { cluster, id, ...place }: ExecuteRequest,
  options: DeployOptions,
): AsyncGenerator<DeployEvent, ExecuteEnd, void> {
  const { ports, wait } = options
  const { group, deployments } = await findDeployments(cluster, id, ports.records)
  let present = await settleExpired(deployments, ports)
  const waiting = present.filter(isWaiting)
  const approved = waiting.filter(({ record }) => record.approval?.met !== undefined)
  if (waiting.length > 0) {
    // Of a group, those that are approved do not wait for the others.
    const stored = approved.length > 0 ? approved : waiting
    yield* toldOfMovedTags(stored, ports)
    const request = approvedRequest(
      place,
      stored.map(({ record }) => record),
    )
    const approvedOnes = { group, stored }
    const starting = deploy(request, { ...options, approved: approvedOnes })
    const started = yield* unlessBegun(starting, approvedOnes, options)
    if (started !== undefined) return started
    present = await ports.records.deployments(
      cluster,
      stored.map(({ record }) => record.id),
    )
  }
  const records = present.map(({ record }) => record)
  const exit = exitOf(records.map(({ state }) => state))
  yield* begunElsewhere(records, ports.clock.now())
  yield { is: 'recorded', at: ports.clock.now(), group, deployments: records }
  if (!wait || records.every(({ state }) => isSettled(state)))
    return { group, deployments: records, exit: exit === 'in_progress' ? 'done' : exit }
  return { group, ...(yield* watchDeployments(present, options)) }
}
