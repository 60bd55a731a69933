import type { Deployment } from '../../deployment/deployment.ts'
import type { Clock } from '../../names/clock.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Stored } from '../../records/records.ts'
import type { DeployEvent } from '../events.ts'
import type { Observer } from '../observe/observer.ts'
import type { Ports } from '../ports.ts'

/** Who decides on a deployment, and by what it is carried out. */
export type DecisionWish = {
  /** ARN. */
  readonly by: string
  readonly reason?: string
  readonly ports: Ports
  readonly observer: Observer
}

/** What a command that decides is given. */
export type DecisionOptions = Omit<DecisionWish, 'by'> & {
  /** Follow the deployments to their ends. */
  readonly wait: boolean
  /** Aborted when nobody waits any longer. */
  readonly signal: AbortSignal
}

export type DecideEachOptions = {
  readonly decide: (stored: Stored<Deployment>) => Promise<Stored<Deployment>>
  /** Whether it concerns one deployment alone, and keeps no other from its decision. */
  readonly isItsOwn: (refusal: Refusal) => boolean
  readonly clock: Pick<Clock, 'now'>
}

/** The wish of whoever runs the command. */
export async function wishOf({ reason, ports, observer }: DecisionOptions): Promise<DecisionWish> {
  const by = await ports.identity.caller()
  return { by, ports, observer, ...(reason !== undefined && { reason }) }
}

/** Carries a decision out on each deployment by itself. Refuses where none of them could be decided on. */
export async function* decideEach(
  deployments: readonly Stored<Deployment>[],
  { decide, isItsOwn, clock }: DecideEachOptions,
): AsyncGenerator<DeployEvent, readonly Stored<Deployment>[], void> {
  const decided: Stored<Deployment>[] = []
  const refused: Refusal[] = []
  for (const stored of deployments) {
    const before = stored.record
    try {
      const next = await decide(stored)
      decided.push(next)
      yield { is: 'changed', at: clock.now(), before, deployment: next.record }
    } catch (error) {
      if (!(error instanceof Refusal) || !isItsOwn(error)) throw error
      refused.push(error)
    }
  }
  const [refusal] = refused
  if (refusal !== undefined && decided.length === 0) throw refusal
  return decided
}
