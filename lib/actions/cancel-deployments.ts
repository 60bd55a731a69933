import type { Deployment } from '../deployment/deployment.ts'
import { isSettled } from '../deployment/projections.ts'
import { type ExitName, Refusal } from '../names/refusal.ts'
import type { Group } from '../records/group.ts'
import { cancel } from './cancel.ts'
import type { DeployEvent } from './events.ts'
import { findDeployments } from './find-deployments.ts'
import { follow } from './follow.ts'
import type { Followed } from './followed.ts'
import { createLeases } from './leases.ts'
import type { Observer } from './observe/observer.ts'
import type { Ports } from './ports.ts'
import { reconcile } from './reconcile.ts'
import { Trouble } from './trouble.ts'

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
  const followed: Followed[] = []
  const tooLate: Refusal[] = []
  for (const stored of open) {
    const before = stored.record
    try {
      const next = await cancel(stored, wish)
      followed.push({ stored: next, isFinal: isSettled(next.record.state) })
      yield { is: 'changed', at: clock.now(), before, deployment: next.record }
    } catch (error) {
      // One that can no longer be cancelled does not keep the others from it.
      if (!(error instanceof Refusal) || error instanceof Trouble) throw error
      tooLate.push(error)
    }
  }
  const [refusal] = tooLate
  if (refusal !== undefined && followed.length === 0) throw refusal
  const leases = createLeases(ports.records, clock, {
    app: request.app,
    holder: ports.newToken(),
    seconds: 60,
    caller: by,
  })
  const end = options.wait ? yield* follow(followed, { observer, leases, ports, signal, beside: [] }) : 'left'
  const deployments = followed.map(({ stored }) => stored.record)
  const { group } = found
  if (end !== 'left') return { group, deployments, exit: exitOfCancel(deployments, end) }
  const why = options.wait ? (signal.reason === 'time_over' ? 'time_over' : 'interrupted') : 'asked'
  yield { is: 'left', at: clock.now(), why, deployments }
  return {
    group,
    deployments,
    exit: why === 'asked' ? 'done' : why === 'time_over' ? 'in_progress' : 'interrupted',
  }
}

/** Cancelled is what was wanted; anything else is not. */
function exitOfCancel(deployments: readonly Deployment[], end: 'settled' | 'unknown'): ExitName {
  if (end === 'unknown') return 'in_progress'
  return deployments.every(({ state }) => state.is === 'cancelled' || state.is === 'rolled_back')
    ? 'done'
    : 'failed'
}

function refuseNothingOpen({ app, id }: CancelRequest, group: Group): never {
  throw new Refusal({
    code: 'nothing_in_progress',
    message: `nothing of ${id ?? `${group.id}, the newest group of ${app},`} is in progress.`,
    advice: `tapit -a ${app} show deploy id=${id ?? group.id} says how it ended.`,
  })
}
