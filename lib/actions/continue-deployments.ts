import type { Deployment } from '../deployment/deployment.ts'
import { type ExitName, Refusal } from '../names/refusal.ts'
import type { Group } from '../records/group.ts'
import type { Stored } from '../records/records.ts'
import type { DeployEvent } from './events.ts'
import { goOn } from './go-on.ts'
import type { Observer } from './observe/observer.ts'
import type { OpenDeployments } from './open-deployments.ts'
import type { Ports } from './ports.ts'
import { watchDeployments } from './watch-deployments.ts'

export type ContinueOptions = {
  readonly reason?: string
  readonly ports: Ports
  readonly observer: Observer
  readonly wait: boolean
  readonly signal: AbortSignal
}

export type ContinueEnd = {
  readonly exit: ExitName
  readonly group: Group
  readonly deployments: readonly Deployment[]
}

/** Lets go on what waits for a person among these deployments; refuses where nothing does. */
export async function* continueDeployments(
  { group, open }: OpenDeployments & { readonly is: 'recorded' },
  { reason, ports, observer, wait, signal }: ContinueOptions,
): AsyncGenerator<DeployEvent, ContinueEnd, void> {
  const { clock } = ports
  const waiting = open.filter(({ record }) => isWaiting(record))
  if (waiting.length === 0) refuseNothingWaits(open)
  const by = await ports.identity.caller()
  const wish = { by, ports, observer, ...(reason !== undefined && { reason }) }
  const continued: Stored<Deployment>[] = []
  const refused: Refusal[] = []
  for (const stored of waiting) {
    const before = stored.record
    try {
      const next = await goOn(stored, wish)
      continued.push(next)
      yield { is: 'changed', at: clock.now(), before, deployment: next.record }
    } catch (error) {
      // One that went on by itself meanwhile keeps no other from it.
      if (!(error instanceof Refusal) || error.code !== 'nothing_waits') throw error
      refused.push(error)
    }
  }
  const [refusal] = refused
  if (refusal !== undefined && continued.length === 0) throw refusal
  if (wait) return { group, ...(yield* watchDeployments(continued, { ports, observer, signal })) }
  const deployments = continued.map(({ record }) => record)
  yield { is: 'left', at: clock.now(), why: 'asked', deployments }
  return { group, deployments, exit: 'done' }
}

function isWaiting({ state }: Deployment): boolean {
  return 'pause' in state && state.pause !== undefined
}

function refuseNothingWaits(open: readonly Stored<Deployment>[]): never {
  const names = open.map(({ record }) => `${record.process} (${record.id})`).join(', ')
  throw new Refusal({
    code: 'nothing_waits',
    message: `nothing waits for a decision: ${names} ${open.length === 1 ? 'goes' : 'go'} on without one.`,
    advice: `tapit -a ${open[0]?.record.app} show deploy id=${open[0]?.record.id} --wait follows it.`,
  })
}
