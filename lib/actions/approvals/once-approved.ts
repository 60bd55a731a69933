import { exitOf, isSettled } from '../../deployment/projections.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { DeployEnd, DeployOptions } from '../deploy/deploy-options.ts'
import type { DeployEvent } from '../events.ts'
import type { DeployRequest } from '../plan/request.ts'
import { Trouble } from '../trouble.ts'
import { whyOver } from '../follow/why-over.ts'
import { watchDeployments } from '../follow/watch-deployments.ts'
import { approvedRequest } from './approved-request.ts'
import { awaitDecision } from './await-decision.ts'
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
  const decided = yield* awaitDecision(group, ids, options)
  if (decided === undefined || signal.aborted) {
    const why = whyOver(signal)
    const deployments = decided?.map(({ record }) => record) ?? end.deployments
    yield { is: 'left', at: ports.clock.now(), why, deployments }
    return { ...end, deployments, exit: why === 'interrupted' ? why : 'waiting' }
  }
  const approved = decided.filter(isWaiting).filter(({ record }) => record.approval?.met !== undefined)
  const others = decided.filter(each => !approved.includes(each))
  if (approved.length === 0) {
    // Somebody else may have started them.
    const seen = yield* watchDeployments(decided, { ports, observer, signal })
    yield { is: 'ended', at: ports.clock.now(), deployments: seen.deployments }
    return { ...end, ...seen }
  }
  const { app, environment } = request
  const place = { app, ...(environment !== undefined && { environment }) }
  const records = approved.map(({ record }) => record)
  const starting = start(approvedRequest(place, records, request), { group, stored: approved })
  const started = yield* startedHere(starting, end, { ...options, approved: { group, stored: approved } })
  const deployments = [...started.deployments, ...others.map(({ record }) => record)]
  const exit = others.length === 0 ? started.exit : exitOf(deployments.map(({ state }) => state))
  return { ...started, deployments, exit }
}

/** Where deployments are enforced, whoever asks may not start them: somebody else has done so, or is to. */
async function* startedHere(
  starting: AsyncGenerator<DeployEvent, DeployEnd, void>,
  end: DeployEnd,
  { approved, ports, observer, signal }: Omit<OnceApprovedOptions, 'start'> & { readonly approved: Approved },
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  try {
    return yield* starting
  } catch (error) {
    if (!(error instanceof Trouble) || error.kind !== 'denied') throw error
    const { group, stored } = approved
    const ids = stored.map(({ record }) => record.id)
    const present = await ports.records.deployments(group.app, ids)
    if (present.some(isWaiting))
      throw notAllowedToStart(ids.length === 1 ? (ids[0] ?? '') : group.id, error, group)
    // It was this command that began them, and what it was denied came later.
    if (present.every(({ record: { state } }) => isSettled(state))) throw error
    const seen = yield* watchDeployments(present, { ports, observer, signal })
    yield { is: 'ended', at: ports.clock.now(), deployments: seen.deployments }
    return { ...end, ...seen }
  }
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
