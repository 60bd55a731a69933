import type { Deployment } from '../../deployment/deployment.ts'
import type { SeenTarget } from '../../deployment/observation.ts'
import { askServices } from './ask-services.ts'
import { isOnItsWay } from './is-on-its-way.ts'
import { type Scope, isStale } from './scope.ts'
import { type Watch, ownTasks } from './watch.ts'

/** How old the targets' health may be while it matters, in milliseconds. */
const freshFor = 4_000

/** The health of the new tasks' targets: only asked for while it can still change where the deployment stands. */
export async function readTargets(deployments: readonly Deployment[], scope: Scope): Promise<void> {
  for (const deployment of deployments) {
    const watch = scope.watchOf(deployment)
    if (!isDue(deployment, watch, scope)) continue
    if (watch.targetGroups.length === 0) await askServices([deployment], scope)
    await askTargets(deployment, watch, scope)
  }
}

function isDue(deployment: Deployment, watch: Watch, scope: Scope): boolean {
  if (!deployment.health.loadBalanced || !isOnItsWay(deployment)) return false
  if (!ownTasks(watch, deployment).some(({ ip }) => ip !== undefined)) return false
  const areAllHealthy =
    watch.targets.length >= (watch.ours?.target.requested ?? 1) &&
    watch.targets.every(({ state }) => state === 'healthy')
  if (areAllHealthy) return false
  // What was seen last stays on the screen: it should not be older than the success.
  if (watch.ours?.status === 'SUCCESSFUL') return true
  return isStale(scope, watch.targetsAt, freshFor) && scope.reads.mayRead(1)
}

async function askTargets(
  deployment: Deployment,
  watch: Watch,
  { targets, clock, reads }: Scope,
): Promise<void> {
  const own = new Set(ownTasks(watch, deployment).flatMap(({ ip }) => ip ?? []))
  const seen: SeenTarget[] = []
  for (const targetGroup of watch.targetGroups) {
    const answers = await reads.attempt(() => targets.health(targetGroup), 'optional')
    if (answers === undefined) return
    for (const target of answers.filter(({ id }) => own.has(id))) {
      const since = watch.targetsSince.get(target.id) ?? clock.now()
      watch.targetsSince.set(target.id, since)
      seen.push({ ...target, since })
    }
  }
  watch.targets = seen
  watch.targetsAt = clock.now()
}
