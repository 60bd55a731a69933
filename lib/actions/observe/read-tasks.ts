import type { Deployment } from '../../deployment/deployment.ts'
import type { SeenTask } from '../../deployment/observation.ts'
import type { Instant } from '../../deployment/state.ts'
import { batches } from '../batches.ts'
import type { Task } from '../ports.ts'
import { isOnItsWay } from './is-on-its-way.ts'
import { needsProofOfRollback } from './read-services.ts'
import { areTargetsHealthy } from './read-targets.ts'
import { type Scope, cheapestList, furtherPages, isStale, perCall } from './scope.ts'
import { withSightings } from './sightings.ts'
import { countsOf, isTurning } from './watch.ts'

/**
 * A container's health changes without any count changing: asked again after this long, in milliseconds. So does a task that is
 * replaced between two looks, whose address another one may get.
 */
const freshFor = { containers: 5_000, targets: 20_000 }

/** As many as a list of a whole cluster may hold before it is cut. */
const tasksRead = 1_000

/**
 * The running tasks: whose targets are ours, how healthy their containers are, and what runs after a rollback. One list a cluster, since
 * ten processes must not cost ten times the calls; one a service where that is cheaper, or where the cluster's list is cut. Says how old
 * the oldest answer is that still waits for its calls.
 */
export async function readTasks(deployments: readonly Deployment[], scope: Scope): Promise<Instant> {
  const { watchOf, reads, costs } = scope
  const due = deployments
    .filter(deployment => isDue(deployment, scope))
    .toSorted((a, b) => (watchOf(a).tasksAt < watchOf(b).tasksAt ? -1 : 1))
  for (const cluster of new Set(due.map(deployment => deployment.cluster))) {
    const inCluster = deployments.filter(deployment => deployment.cluster === cluster)
    const dueHere = due.filter(deployment => deployment.cluster === cluster)
    const isCheaperByService =
      inCluster.length === 1 || dueHere.length * cheapestList < (costs.get(cluster) ?? 0)
    if (!isCheaperByService && (await readCluster(inCluster, cluster, scope)) !== 'cut') continue
    for (const deployment of dueHere) {
      const isUrgent = needsProofOfRollback(deployment, watchOf(deployment))
      if (isUrgent || reads.mayRead(cheapestList)) await readService(deployment, scope)
    }
  }
  const waiting = deployments.filter(deployment => isWanted(deployment, scope))
  return Math.min(...waiting.map(deployment => watchOf(deployment).tasksAt))
}

function isDue(deployment: Deployment, scope: Scope): boolean {
  const watch = scope.watchOf(deployment)
  if (needsProofOfRollback(deployment, watch)) return true
  // Where the targets have waited longer, they come first.
  const isAfterTargets =
    deployment.health.loadBalanced && !areTargetsHealthy(watch) && watch.targetsAt < watch.tasksAt
  return isWanted(deployment, scope) && scope.reads.mayRead(cheapestList + (isAfterTargets ? 1 : 0))
}

function isWanted(deployment: Deployment, scope: Scope): boolean {
  const watch = scope.watchOf(deployment)
  const { loadBalanced, containerHealthCheck } = deployment.health
  if (!(loadBalanced || containerHealthCheck) || !isOnItsWay(deployment)) return false
  if (deployment.judged !== undefined || isTurning(watch.ours)) return false
  if ((watch.ours?.target.running ?? 0) === 0) return false
  if (!isStale(scope, watch.tasksAt, atLeast(deployment, scope))) return false
  return (
    watch.tasksFor !== countsOf(watch.ours) ||
    (containerHealthCheck && isStale(scope, watch.tasksAt, freshFor.containers)) ||
    (loadBalanced && !areTargetsHealthy(watch) && isStale(scope, watch.tasksAt, freshFor.targets))
  )
}

/** A long list may take half of the calls that are allowed: the other half is for the targets. In milliseconds. */
function atLeast({ cluster }: Deployment, { costs, reads }: Scope): number {
  const cost = costs.get(cluster) ?? 0
  return cost <= cheapestList ? 0 : (2 * cost * 1_000) / reads.rate()
}

async function readCluster(
  deployments: readonly Deployment[],
  cluster: string,
  scope: Scope,
): Promise<'read' | 'cut' | 'unread'> {
  const listed = await listTasks({ cluster }, scope)
  if (listed === undefined) return leave(deployments, scope)
  scope.costs.set(cluster, cheapestList * (1 + furtherPages(listed)))
  if (listed.length >= tasksRead) return 'cut'
  const tasks = await describeTasks(cluster, listed, scope)
  if (tasks === undefined) return leave(deployments, scope)
  for (const deployment of deployments) remember(deployment, tasks, scope)
  return 'read'
}

async function readService(deployment: Deployment, scope: Scope): Promise<void> {
  const { cluster, service } = deployment
  const listed = await listTasks({ cluster, service }, scope)
  const tasks = listed && (await describeTasks(cluster, listed, scope))
  if (tasks === undefined) leave([deployment], scope)
  else remember(deployment, tasks, scope)
}

/** Unanswered, they have had their turn all the same: the others are not kept waiting for them. */
function leave(deployments: readonly Deployment[], { clock, watchOf }: Scope): 'unread' {
  for (const deployment of deployments) watchOf(deployment).tasksAt = clock.now()
  return 'unread'
}

async function listTasks(
  where: { readonly cluster: string; readonly service?: string },
  { ecs, reads }: Scope,
): Promise<readonly string[] | undefined> {
  const arns = await reads.attempt(
    () => ecs.taskArns({ ...where, desiredStatus: 'RUNNING', limit: tasksRead }),
    'optional',
  )
  if (arns !== undefined) reads.note(furtherPages(arns))
  return arns
}

async function describeTasks(
  cluster: string,
  arns: readonly string[],
  { ecs, reads }: Scope,
): Promise<readonly Task[] | undefined> {
  const tasks: Task[] = []
  for (const batch of batches(arns, perCall.tasks)) {
    const answers = await reads.attempt(() => ecs.tasks(cluster, batch), 'optional')
    if (answers === undefined) return undefined
    tasks.push(...answers)
  }
  return tasks
}

function remember(deployment: Deployment, tasks: readonly Task[], { clock, watchOf }: Scope): void {
  const watch = watchOf(deployment)
  const now = clock.now()
  const here = tasks.filter(({ group }) => group === `service:${deployment.service}`).map(seenTask)
  watch.tasks = withSightings(here, watch.sightings, now)
  // A target goes with its task: what was wrong with it is nothing against the next one.
  watch.targets = watch.targets?.filter(({ taskId }) => here.some(({ id }) => id === taskId))
  watch.tasksAt = now
  watch.tasksFor = countsOf(watch.ours)
}

function seenTask({
  id,
  taskDefinition,
  lastStatus,
  healthStatus,
  startedAt,
  ip,
  containers,
}: Task): SeenTask {
  return {
    id,
    taskDefinition,
    lastStatus,
    imageDigests: containers.flatMap(({ imageDigest }) => imageDigest ?? []),
    ...(healthStatus !== undefined && { healthStatus }),
    ...(startedAt !== undefined && { startedAt }),
    ...(ip !== undefined && { ip }),
  }
}
