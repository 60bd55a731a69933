import type { Deployment } from '../deployment/deployment.ts'
import { isSettled } from '../deployment/projections.ts'
import { type ExitName, Refusal } from '../names/refusal.ts'
import type { Group } from '../records/group.ts'
import type { Stored } from '../records/records.ts'
import { cancel } from './cancel.ts'
import type { DeployEvent } from './events.ts'
import { findDeployments } from './find-deployments.ts'
import type { Observer } from './observe/observer.ts'
import type { Ports } from './ports.ts'
import { reconcile } from './reconcile.ts'
import { Trouble } from './trouble.ts'
import { watchDeployments } from './watch-deployments.ts'

export type CancelRequest = {
  readonly app: string
  /** @default - the newest group */
  readonly id?: string
  readonly processes?: readonly string[]
  readonly reason?: string
}

export type CancelOptions = {
  readonly ports: Ports
  readonly observer: Observer
  readonly wait: boolean
  readonly signal: AbortSignal
}

export type CancelEnd = {
  readonly exit: ExitName
  readonly group: Group
  readonly deployments: readonly Deployment[]
}

/** Cancels what is still in progress of a group or a single deployment; refuses where nothing is. */
export async function* cancelDeployments(
  request: CancelRequest,
  options: CancelOptions,
): AsyncGenerator<DeployEvent, CancelEnd, void> {
  const { ports, observer, signal } = options
  const { clock } = ports
  const by = await ports.identity.caller()
  const found = await findDeployments(request.app, request.id, ports.records)
  const named = found.deployments.filter(({ record }) => request.processes?.includes(record.process) ?? true)
  const present = await reconcile(named, { ports, observer })
  const open = present.filter(({ record }) => !isSettled(record.state))
  if (open.length === 0) refuseNothingOpen(request, found.group)
  const wish = { by, ports, observer, ...(request.reason !== undefined && { reason: request.reason }) }
  const cancelled: Stored<Deployment>[] = []
  const tooLate: Refusal[] = []
  for (const stored of open) {
    const before = stored.record
    try {
      const next = await cancel(stored, wish)
      cancelled.push(next)
      yield { is: 'changed', at: clock.now(), before, deployment: next.record }
    } catch (error) {
      // One that can no longer be cancelled does not keep the others from it.
      if (!(error instanceof Refusal) || error instanceof Trouble) throw error
      tooLate.push(error)
    }
  }
  const [refusal] = tooLate
  if (refusal !== undefined && cancelled.length === 0) throw refusal
  const { group } = found
  if (!options.wait) {
    const deployments = cancelled.map(({ record }) => record)
    yield { is: 'left', at: clock.now(), why: 'asked', deployments }
    return { group, deployments, exit: 'done' }
  }
  const { deployments, exit } = yield* watchDeployments(cancelled, { ports, observer, signal })
  return { group, deployments, exit: isAsWanted(deployments) ? 'done' : exit }
}

/** Cancelled is what was wanted; anything else is not. */
function isAsWanted(deployments: readonly Deployment[]): boolean {
  return deployments.every(({ state }) => state.is === 'cancelled' || state.is === 'rolled_back')
}

function refuseNothingOpen({ app, id }: CancelRequest, group: Group): never {
  throw new Refusal({
    code: 'nothing_in_progress',
    message: `nothing of ${id ?? `${group.id}, the newest group of ${app},`} is in progress.`,
    advice: `tapit -a ${app} show deploy id=${id ?? group.id} says how it ended.`,
  })
}
