import type { Deployment } from '../../deployment/deployment.ts'
import type { SeenTask } from '../../deployment/observation.ts'
import { batches } from '../batches.ts'
import type { Task } from '../ports.ts'
import { isOnItsWay } from './is-on-its-way.ts'
import { needsProofOfRollback } from './read-services.ts'
import { type Scope, isStale, perCall } from './scope.ts'
import { countsOf } from './watch.ts'

/** A container's health changes without any count changing: asked again after this long, in milliseconds. */
const healthFreshFor = 5_000

const tasksRead = 1_000

/** The running tasks: whose targets are ours, how healthy their containers are, and what runs after a rollback. One list a cluster. */
export async function readTasks(deployments: readonly Deployment[], scope: Scope): Promise<void> {
  const due = deployments.filter(deployment => isDue(deployment, scope))
  for (const cluster of new Set(due.map(deployment => deployment.cluster))) {
    const tasks = await tasksOf(cluster, scope)
    if (tasks === undefined) continue
    for (const deployment of deployments.filter(each => each.cluster === cluster)) {
      const watch = scope.watchOf(deployment)
      watch.tasks = tasks.filter(({ group }) => group === `service:${deployment.service}`).map(seenTask)
      watch.tasksAt = scope.clock.now()
      watch.tasksFor = countsOf(watch.ours)
    }
  }
}

function isDue(deployment: Deployment, scope: Scope): boolean {
  const watch = scope.watchOf(deployment)
  if (needsProofOfRollback(deployment, watch)) return true
  const { loadBalanced, containerHealthCheck } = deployment.health
  if (!(loadBalanced || containerHealthCheck) || !isOnItsWay(deployment)) return false
  if ((watch.ours?.target.running ?? 0) === 0) return false
  const isNews =
    watch.tasksFor !== countsOf(watch.ours) ||
    (containerHealthCheck && isStale(scope, watch.tasksAt, healthFreshFor))
  return isNews && scope.reads.mayRead(2)
}

async function tasksOf(cluster: string, { ecs, reads }: Scope): Promise<readonly Task[] | undefined> {
  const arns = await reads.attempt(
    () => ecs.taskArns({ cluster, desiredStatus: 'RUNNING', limit: tasksRead }),
    'optional',
  )
  if (arns === undefined) return undefined
  const tasks: Task[] = []
  for (const batch of batches(arns, perCall.tasks)) {
    const answers = await reads.attempt(() => ecs.tasks(cluster, batch), 'optional')
    if (answers === undefined) return undefined
    tasks.push(...answers)
  }
  return tasks
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
