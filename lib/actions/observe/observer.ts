import type { Deployment } from '../../deployment/deployment.ts'
import type { Instant } from '../../deployment/state.ts'
import type { Observation, SeenServiceDeployment } from '../../deployment/observation.ts'
import type { Clock } from '../../names/clock.ts'
import type { Ecs, Targets } from '../ports.ts'
import { askServices } from './ask-services.ts'
import { locate } from './locate.ts'
import { readServiceDeployments } from './read-service-deployments.ts'
import { readServices } from './read-services.ts'
import { readStopped } from './read-stopped.ts'
import { readTargets } from './read-targets.ts'
import { readTasks } from './read-tasks.ts'
import { createReads, firstReads } from './reads.ts'
import type { Scope } from './scope.ts'
import { type Watch, isOutOfReach, newWatch, observationOf } from './watch.ts'

/**
 * One observer for all deployments that a command follows. Every look asks ECS for the service deployments of all of them at once;
 * whatever else is asked for is batched too, and paid out of an allowance of read calls (one a second for up to twenty deployments), unless something failed.
 */
export type Observer = {
  /**
   * What AWS says of these deployments now. Reads that fail in passing leave the last known answer; lost access throws `Trouble`. What
   * is gone in AWS makes its deployment alone `lost`. Who looks only once has what later looks would find searched at once.
   */
  look(
    deployments: readonly Deployment[],
    options?: { readonly isOnlyLook?: boolean },
  ): Promise<ReadonlyMap<string, Observation>>
  /** How long to wait before the next look is worth its calls, in milliseconds. */
  pause(): number
  /** Why AWS slowed the last look down, if it did. */
  slowedBy(): string | undefined
}

/** Between two looks, in milliseconds: shorter when the end may come at any moment. */
const pauses = { far: 2_000, near: 1_000, nearInDebt: 1_300, turningBack: 650, longest: 30_000 }

export function createObserver({
  ecs,
  targets,
  clock,
}: {
  ecs: Ecs
  targets: Targets
  clock: Clock
}): Observer {
  const watches = new Map<string, Watch>()
  const reads = createReads(clock)
  const scope: Scope = {
    ecs,
    targets,
    clock,
    reads,
    revisions: new Map(),
    foreignTasks: new Set(),
    costs: new Map(),
    watchOf,
  }
  let backOff = 1
  let isNear = false
  let isTurningBack = false

  function watchOf(deployment: Deployment): Watch {
    const watch = watches.get(deployment.id) ?? newWatch(deployment, clock.now())
    watches.set(deployment.id, watch)
    return watch
  }

  /** Where more than a call a second was spent on what is urgent, the next looks pay for it. */
  function untilNextLook(): number {
    if (!isNear) return pauses.far
    const isInDebt = !reads.mayRead(1 + firstReads)
    // A rollback is short, and whoever waits for it waits for bad news.
    if (isTurningBack) return isInDebt ? pauses.near : pauses.turningBack
    return isInDebt ? pauses.nearInDebt : pauses.near
  }

  type Left = () => readonly Deployment[]

  /** One after the other: what comes later is only asked for where the allowance still pays for it. */
  async function lookInTurn(left: Left, begun: Instant): Promise<void> {
    await readServiceDeployments(left(), scope, begun)
    await readServices(left(), scope)
    const tasksWaitSince = await readTasks(left(), scope)
    await readTargets(left(), scope, tasksWaitSince)
    await readStopped(left(), scope)
  }

  /** Somebody waits for the answer: what need not wait for each other is asked at once. */
  async function lookOnce(left: Left, begun: Instant): Promise<void> {
    const unread = left().filter(deployment => watchOf(deployment).service === undefined)
    await Promise.all([readServiceDeployments(left(), scope, begun), askServices(unread, scope)])
    await Promise.all([
      readServices(left(), scope),
      readTasks(left(), scope).then(since => readTargets(left(), scope, since)),
      readStopped(left(), scope),
    ])
  }

  return {
    async look(deployments, options) {
      reads.beginLook(deployments.length)
      for (const deployment of deployments) watchOf(deployment).isSearched = undefined
      const left = (): readonly Deployment[] =>
        deployments.filter(deployment => !isOutOfReach(watchOf(deployment)))
      const begun = clock.now()
      await locate(left(), scope, options)
      if (options?.isOnlyLook === true) await lookOnce(left, begun)
      else await lookInTurn(left, begun)
      backOff =
        reads.slowedBy() === undefined
          ? Math.max(1, backOff / 2)
          : Math.min(backOff * 2, pauses.longest / pauses.near)
      isNear = deployments.some(deployment => mayEndSoon(watchOf(deployment)))
      isTurningBack = deployments.some(deployment => isOnItsWayBack(watchOf(deployment)))
      return new Map(
        deployments.map(deployment => [deployment.id, observationOf(watchOf(deployment), clock.now())]),
      )
    },
    pause: () => Math.min(pauses.longest, untilNextLook() * backOff),
    slowedBy: () => reads.slowedBy(),
  }
}

function isOnItsWayBack({ ours, redeployment }: Watch): boolean {
  return redeployment !== undefined || ours?.status.startsWith('ROLLBACK') === true
}

function isHeldBack({ hooks }: SeenServiceDeployment): boolean {
  return hooks.some(({ status }) => status === 'AWAITING_ACTION')
}

function mayEndSoon({ ours, redeployment }: Watch): boolean {
  if (redeployment !== undefined || ours === undefined) return true
  if (ours.status !== 'IN_PROGRESS') return true
  // What waits for a person waits for long.
  return !isHeldBack(ours) && ours.target.running >= ours.target.requested
}
