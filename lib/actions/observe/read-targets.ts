import type { Deployment } from '../../deployment/deployment.ts'
import type { SeenTarget } from '../../deployment/observation.ts'
import type { Instant } from '../../deployment/state.ts'
import { healthyTaskCount } from '../../deployment/targets-by-task.ts'
import { askServices } from './ask-services.ts'
import { isOnItsWay } from './is-on-its-way.ts'
import { type Scope, cheapestList, isStale } from './scope.ts'
import { withSighting } from './sightings.ts'
import { type Watch, isTurning, ownTasks } from './watch.ts'

/** How old the targets' health may be while it matters, in milliseconds. */
const freshFor = 4_000

/**
 * The health of the new tasks' targets: only asked for while it can still change where the deployment stands. Where not all may be
 * asked for now, those come first whose answer is oldest; tasks that wait for longer still have their calls left over for them.
 */
export async function readTargets(
  deployments: readonly Deployment[],
  scope: Scope,
  tasksWaitSince: Instant,
): Promise<void> {
  const { watchOf, reads } = scope
  const due = deployments
    .filter(deployment => isDue(deployment, watchOf(deployment), scope))
    .toSorted((a, b) => (watchOf(a).targetsAt < watchOf(b).targetsAt ? -1 : 1))
  for (const deployment of due) {
    const watch = watchOf(deployment)
    // What was seen last stays on the screen: it should not be older than the success.
    const isUrgent = watch.ours?.status === 'SUCCESSFUL'
    if (!isUrgent && !reads.mayRead(watch.targetsAt > tasksWaitSince ? 1 + cheapestList : 1)) continue
    if (watch.targetGroups.length === 0) await askServices([deployment], scope)
    await askTargets(deployment, watch, scope)
  }
}

function isDue(deployment: Deployment, watch: Watch, scope: Scope): boolean {
  if (!deployment.health.loadBalanced || !isOnItsWay(deployment)) return false
  if (deployment.judged !== undefined || isTurning(watch.ours)) return false
  if (!ownTasks(watch, deployment).some(({ ip }) => ip !== undefined)) return false
  if (areTargetsHealthy(watch)) return false
  return watch.ours?.status === 'SUCCESSFUL' || isStale(scope, watch.targetsAt, freshFor)
}

/** Whether the new tasks have all the healthy targets that they need, so that no further answer can change anything. */
export function areTargetsHealthy({ targets = [], ours }: Watch): boolean {
  return (
    healthyTaskCount(targets) >= (ours?.target.requested ?? 1) &&
    targets.every(({ state }) => state === 'healthy')
  )
}

async function askTargets(
  deployment: Deployment,
  watch: Watch,
  { targets, clock, reads }: Scope,
): Promise<void> {
  const taskAt = new Map(
    ownTasks(watch, deployment).flatMap(({ id, ip }) => (ip === undefined ? [] : [[ip, id] as const])),
  )
  const { sightings } = watch
  const seen: SeenTarget[] = []
  // Unanswered, it has had its turn all the same: the others are not kept waiting for it.
  watch.targetsAt = clock.now()
  const asked = watch.targetGroups.map(async targetGroup => ({
    targetGroup,
    answers: await reads.attempt(() => targets.health(targetGroup), 'optional'),
  }))
  for (const { targetGroup, answers } of await Promise.all(asked)) {
    if (answers === undefined) return
    for (const target of answers) {
      const taskId = taskAt.get(target.id)
      if (taskId === undefined) continue
      seen.push(withSighting(target, { taskId, targetGroup }, { sightings, now: clock.now() }))
    }
  }
  watch.targets = seen
  watch.targetsAt = clock.now()
}
