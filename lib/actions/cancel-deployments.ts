import type { Deployment } from '../deployment/deployment.ts'
import { type ExitName, Refusal } from '../names/refusal.ts'
import type { Group } from '../records/group.ts'
import type { Stored } from '../records/records.ts'
import { cancel } from './cancel.ts'
import type { DeployEvent } from './events.ts'
import type { Observer } from './observe/observer.ts'
import type { OpenDeployments } from './open-deployments.ts'
import type { Ports } from './ports.ts'
import { Trouble } from './trouble.ts'
import { watchDeployments } from './watch-deployments.ts'

export type CancelOptions = {
  readonly reason?: string
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

/** Cancels deployments that are still in progress. */
export async function* cancelDeployments(
  { group, open }: OpenDeployments & { readonly is: 'recorded' },
  { reason, ports, observer, wait, signal }: CancelOptions,
): AsyncGenerator<DeployEvent, CancelEnd, void> {
  const { clock } = ports
  const by = await ports.identity.caller()
  const wish = { by, ports, observer, ...(reason !== undefined && { reason }) }
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
  if (!wait) {
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
