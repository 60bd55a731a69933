import type { Deployment } from '../../deployment/deployment.ts'
import { exitOf, isSettled } from '../../deployment/projections.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { Stored } from '../../records/records.ts'
import type { DeployEnd, DeployOptions } from '../deploy/deploy-options.ts'
import type { DeployEvent } from '../events.ts'
import type { DeployRequest } from '../plan/request.ts'
import { Trouble } from '../trouble.ts'
import { whyOver } from '../follow/why-over.ts'
import { watchDeployments } from '../follow/watch-deployments.ts'
import { approvedRequest } from './approved-request.ts'
import { awaitDecision } from './await-decision.ts'
import { begunElsewhere } from './begun-elsewhere.ts'
import { isWaiting } from './settle-expired.ts'
import type { Approved } from './take-up.ts'
import { unlessBegun } from './unless-begun.ts'

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
  const { ports, signal } = options
  if (group === undefined) return end
  const ids = end.deployments.map(({ id }) => id)
  const decided = yield* awaitDecision(group, ids, options)
  if (decided === undefined || signal.aborted) {
    const why = whyOver(signal)
    const deployments = decided?.map(({ record }) => record) ?? end.deployments
    yield { is: 'left', at: ports.clock.now(), why, deployments }
    return { ...end, deployments, exit: why === 'interrupted' ? why : 'waiting' }
  }
  const approved = decided.filter(isWaiting).filter(({ record }) => record.approval?.met !== undefined)
  const others = decided.filter(each => !approved.includes(each))
  // Somebody else may have started them.
  if (approved.length === 0) return yield* watched(decided, end, options)
  const { app, environment } = request
  const place = { app, ...(environment !== undefined && { environment }) }
  const records = approved.map(({ record }) => record)
  const own = { group, stored: approved }
  const starting = start(approvedRequest(place, records, request), own)
  const started = yield* startedHere(starting, end, { ...options, approved: own })
  const deployments = [...started.deployments, ...others.map(({ record }) => record)]
  const exit = others.length === 0 ? started.exit : exitOf(deployments.map(({ state }) => state))
  return { ...started, deployments, exit }
}

/** Somebody else may be faster; and where deployments are enforced, whoever asks may not start them: somebody else has done so, or is to. */
async function* startedHere(
  starting: AsyncGenerator<DeployEvent, DeployEnd, void>,
  end: DeployEnd,
  { approved, ports, observer, signal }: Omit<OnceApprovedOptions, 'start'> & { readonly approved: Approved },
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  const { group, stored } = approved
  const ids = stored.map(({ record }) => record.id)
  try {
    const started = yield* unlessBegun(starting, approved, { ports, signal })
    if (started !== undefined) return started
  } catch (error) {
    if (!(error instanceof Trouble) || error.kind !== 'denied') throw error
    const present = await ports.records.deployments(group.app, ids)
    if (present.some(isWaiting))
      throw notAllowedToStart(ids.length === 1 ? (ids[0] ?? '') : group.id, error, group)
    // It was this command that began them, and what it was denied came later.
    if (present.every(({ record: { state } }) => isSettled(state))) throw error
  }
  return yield* watched(await ports.records.deployments(group.app, ids), end, { ports, observer, signal })
}

/** Of what another command has started, it is seen how it ends. */
async function* watched(
  stored: readonly Stored<Deployment>[],
  end: DeployEnd,
  { ports, observer, signal }: Omit<OnceApprovedOptions, 'start'>,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  yield* begunElsewhere(
    stored.map(({ record }) => record),
    ports.clock.now(),
  )
  const seen = yield* watchDeployments(stored, { ports, observer, signal })
  yield { is: 'ended', at: ports.clock.now(), deployments: seen.deployments }
  return { ...end, ...seen }
}

function notAllowedToStart(id: string, cause: Trouble, { app }: Group): Refusal {
  return new Refusal({
    code: 'not_allowed_to_start',
    exit: 'waiting',
    message: `${id} is approved, and these credentials may not start it: ${cause.message}`,
    advice: `Somebody who may (the approvers' role): tapit -a ${app} execute deploy id=${id} --wait`,
    cause,
  })
}
