import type { Deployment } from '../../deployment/deployment.ts'
import { isSettled } from '../../deployment/projections.ts'
import { type ExitName, exitCodes } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { DeployEvent } from '../events.ts'
import { exitOfAll } from '../exit-of-all.ts'
import { watchDeployments } from '../follow/watch-deployments.ts'
import { reconcile } from '../settle/reconcile.ts'
import { Trouble } from '../trouble.ts'
import type { DecisionOptions, Decisions, Undecided } from './decide-each.ts'

/** How a command ends that decided on deployments of a group. */
export type DecidedEnd = {
  readonly exit: ExitName
  readonly group: Group
  readonly deployments: readonly Deployment[]
}

export type DecidedOptions = DecisionOptions & {
  /** Whether a deployment has come to where the decision wanted it, or is on its way there. */
  readonly isAsWanted: (deployment: Deployment) => boolean
}

/** Follows what was decided on to its end, or leaves it. What the decision came too late for is among the deployments as it stands. */
export async function* decided(
  group: Group,
  { decided: going, undecided }: Decisions,
  options: DecidedOptions,
): AsyncGenerator<DeployEvent, DecidedEnd, void> {
  const { wait, ports, isAsWanted } = options
  const late = await lookedAtAgain(undecided, options)
  // What somebody else decided before is followed like the others.
  const followed = [
    ...going,
    ...late.filter(({ stored }) => isAsWanted(stored.record)).map(({ stored }) => stored),
  ]
  const missed = late.filter(({ stored }) => !isAsWanted(stored.record))
  const misses = missed.map(({ refusal }): ExitName =>
    refusal.exitCode === exitCodes.in_progress ? 'in_progress' : 'failed',
  )
  const others = missed.map(({ stored }) => stored.record)
  if (!wait) {
    const deployments = [...followed.map(({ record }) => record), ...others]
    yield { is: 'left', at: ports.clock.now(), why: 'asked', deployments }
    return { group, deployments, exit: exitOfAll(['done', ...misses]) }
  }
  const { deployments, exit } = yield* watchDeployments(followed, options)
  const isDone = deployments.every(each => isSettled(each.state) && isAsWanted(each))
  const own = isDone ? 'done' : exit
  return { group, deployments: [...deployments, ...others], exit: exitOfAll([own, ...misses]) }
}

/** A decision that comes too late finds them further than they were. */
async function lookedAtAgain(
  undecided: readonly Undecided[],
  { ports, observer }: DecidedOptions,
): Promise<readonly Undecided[]> {
  try {
    const stored = undecided.map(each => each.stored)
    const present = await reconcile(stored, { ports, observer })
    return undecided.map((each, index) => ({ ...each, stored: present[index] ?? each.stored }))
  } catch (error) {
    // ECS was asked for the others: that is what is to be told.
    if (error instanceof Trouble) return undecided
    throw error
  }
}
