import type { Deployment } from '../../deployment/deployment.ts'
import type { StoppedTask } from '../../deployment/observation.ts'
import { type TaskDefinition, logOf } from '../../deployment/task-definition.ts'
import { batches } from '../batches.ts'
import type { Task } from '../ports.ts'
import { type Scope, isStale, perCall } from './scope.ts'
import { type Watch, failuresOf, revisionsOf } from './watch.ts'

/** How long to go without asking why tasks stopped, in milliseconds. */
const freshFor = { watching: 2_500, starting: 10_000 }

const stoppedTasksRead = 100

/** Why tasks of the new revision stopped: asked when something failed, and of a process without any health check while it is watched. */
export async function readStopped(deployments: readonly Deployment[], scope: Scope): Promise<void> {
  for (const deployment of deployments) {
    const watch = scope.watchOf(deployment)
    if (isDue(deployment, watch, scope)) await askStopped(deployment, watch, scope)
  }
}

function isDue(deployment: Deployment, watch: Watch, scope: Scope): boolean {
  const { ours } = watch
  if (ours === undefined) return false
  if (watch.stoppedFor !== failuresOf(ours))
    return !watch.isStoppedUnread || isStale(scope, watch.stoppedAt, freshFor.watching)
  const { state, health } = deployment
  switch (state.is) {
    case 'watching':
      return isStale(scope, watch.stoppedAt, freshFor.watching) || scope.clock.now() >= state.until
    case 'rolling_back':
      return watch.stopped.size === 0 && isStale(scope, watch.stoppedAt, freshFor.watching)
    case 'starting':
    case 'checking':
    case 'shifting':
    case 'draining':
      if (ours.status === 'SUCCESSFUL') return health.stayRunning > 0
      return (
        ours.target.running < ours.target.requested &&
        isStale(scope, watch.stoppedAt, freshFor.starting) &&
        scope.reads.mayRead(1)
      )
    default:
      return false
  }
}

async function askStopped(deployment: Deployment, watch: Watch, scope: Scope): Promise<void> {
  const failures = failuresOf(watch.ours)
  watch.stoppedAt = scope.clock.now()
  watch.isStoppedUnread = !(await readReasons(deployment, watch, scope))
  if (!watch.isStoppedUnread) watch.stoppedFor = failures
}

/** Whether all of them could be read. */
async function readReasons(deployment: Deployment, watch: Watch, { ecs, reads }: Scope): Promise<boolean> {
  const { cluster, service } = deployment
  const arns = await reads.attempt(
    () => ecs.taskArns({ cluster, service, desiredStatus: 'STOPPED', limit: stoppedTasksRead }),
    'optional',
  )
  if (arns === undefined) return false
  const own = revisionsOf(deployment).own?.taskDefinition
  const news = arns.filter(arn => !isToldInFull(watch.stopped.get(lastSegment(arn))))
  for (const batch of batches(news, perCall.tasks)) {
    const tasks = await reads.attempt(() => ecs.tasks(cluster, batch), 'optional')
    if (tasks === undefined) return false
    const mine = tasks.filter(({ taskDefinition }) => taskDefinition === own)
    if (mine.length > 0 && own !== undefined)
      watch.definition ??= await reads.attempt(() => ecs.taskDefinition(own), 'optional')
    for (const task of mine) watch.stopped.set(task.id, stoppedTask(task, watch.definition))
  }
  return true
}

/** A task's reason and exit codes can still arrive while it is stopping. */
function isToldInFull(task: StoppedTask | undefined): boolean {
  return task?.stopCode !== undefined && task.stoppedReason !== undefined
}

/** Which containers are essential, and where they log, is in the task definition. */
function stoppedTask(
  { id, stopCode, stoppedReason, startedAt, stoppedAt, containers }: Task,
  definition: TaskDefinition | undefined,
): StoppedTask {
  return {
    id,
    ...(stopCode !== undefined && { stopCode }),
    ...(stoppedReason !== undefined && { stoppedReason }),
    ...(startedAt !== undefined && { startedAt }),
    ...(stoppedAt !== undefined && { stoppedAt }),
    containers: containers.map(({ name, exitCode, reason }) => {
      const defined = definition?.containers.find(container => container.name === name)
      const log = defined && logOf(defined, id)
      return {
        name,
        essential: defined?.essential ?? true,
        ...(exitCode !== undefined && { exitCode }),
        ...(reason !== undefined && { reason }),
        ...(log && { log }),
      }
    }),
  }
}

function lastSegment(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
