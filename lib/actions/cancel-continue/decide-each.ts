import type { Deployment } from '../../deployment/deployment.ts'
import type { Clock } from '../../names/clock.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Stored } from '../../records/records.ts'
import type { DeployEvent, Warning } from '../events.ts'
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

/** What became of a decision, deployment by deployment. */
export type Decisions = {
  readonly decided: readonly Stored<Deployment>[]
  /** Those that it came too late for, and why. */
  readonly undecided: readonly Undecided[]
}

export type Undecided = { readonly stored: Stored<Deployment>; readonly refusal: Refusal }

/** Carries a decision out on each deployment by itself, and tells which it came too late for. Refuses where that is all of them. */
export async function* decideEach(
  deployments: readonly Stored<Deployment>[],
  { decide, isItsOwn, clock }: DecideEachOptions,
): AsyncGenerator<DeployEvent, Decisions, void> {
  const decided: Stored<Deployment>[] = []
  const undecided: Undecided[] = []
  for (const [index, stored] of deployments.entries()) {
    const before = stored.record
    try {
      const next = await decide(stored)
      decided.push(next)
      yield { is: 'changed', at: clock.now(), before, deployment: next.record }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const isShared = !isItsOwn(error)
      if (isShared && decided.length === 0) throw error
      // What stops all of them stops the rest: what was decided before stays so, and is told.
      const concerned = isShared ? deployments.slice(index) : [stored]
      undecided.push(...concerned.map(each => ({ stored: each, refusal: error })))
      if (isShared) break
    }
  }
  const [first] = undecided
  if (first !== undefined && decided.length === 0) throw first.refusal
  for (const { stored, refusal } of undecided)
    yield { is: 'warned', at: clock.now(), warning: undecidedWarning(stored.record, refusal) }
  return { decided, undecided }
}

function undecidedWarning({ process }: Deployment, { message: reason, advice }: Refusal): Warning {
  return { is: 'not_decided', process, reason, ...(advice !== undefined && { advice }) }
}
