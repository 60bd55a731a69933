import type { Deployment } from '../../deployment/deployment.ts'
import type { StoppedTask } from '../../deployment/observation.ts'
import { batches } from '../batches.ts'
import type { Task } from '../ports.ts'
import { stoppedTask } from '../tasks/stopped-task.ts'
import { type Scope, furtherPages, isStale, perCall } from './scope.ts'
import { type Watch, failuresOf, revisionsOf } from './watch.ts'

/** How long to go without asking why tasks stopped, in milliseconds. */
const freshFor = { watching: 5_000, starting: 20_000 }

/** An hour of a cluster's stopped tasks. */
const stoppedTasksRead = 1_000

/**
 * Why tasks of the new revision stopped: asked when something failed, and of a process without any health check while it is watched.
 * One list for one process; one of the whole cluster where several are due, since ten processes must not cost ten times the calls.
 */
export async function readStopped(deployments: readonly Deployment[], scope: Scope): Promise<void> {
  const due = deployments.filter(deployment => isDue(deployment, scope.watchOf(deployment), scope))
  for (const cluster of new Set(due.map(deployment => deployment.cluster))) {
    const [first, ...others] = due.filter(deployment => deployment.cluster === cluster)
    if (first === undefined) continue
    const inCluster = deployments.filter(deployment => deployment.cluster === cluster)
    const isByService = others.length === 0 || (await askStopped(inCluster, { cluster }, scope)) === 'cut'
    if (!isByService) continue
    for (const deployment of [first, ...others])
      await askStopped([deployment], { cluster, service: deployment.service }, scope)
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
      if (ours.status === 'SUCCESSFUL')
        return health.stayRunning > 0 && isStale(scope, watch.stoppedAt, freshFor.watching)
      return (
        ours.target.running < ours.target.requested &&
        isStale(scope, watch.stoppedAt, freshFor.starting) &&
        scope.reads.mayRead(1)
      )
    default:
      return false
  }
}

type Where = { readonly cluster: string; readonly service?: string }

async function askStopped(
  deployments: readonly Deployment[],
  where: Where,
  scope: Scope,
): Promise<'asked' | 'cut'> {
  const { ecs, clock, reads, foreignTasks, watchOf } = scope
  const askedAt = clock.now()
  const noteAsked = (became: 'read' | 'late' | 'refused'): 'asked' => {
    for (const deployment of deployments) {
      const watch = watchOf(deployment)
      watch.stoppedAt = clock.now()
      watch.isStoppedUnread = became !== 'read'
      if (became === 'read') watch.stoppedFor = failuresOf(watch.ours)
      if (became !== 'late') watch.stoppedReadAt = askedAt
    }
    return 'asked'
  }
  const listed = await reads.ask(() =>
    ecs.taskArns({ ...where, desiredStatus: 'STOPPED', limit: stoppedTasksRead }),
  )
  if (listed.is !== 'answered') return noteAsked(listed.is)
  const arns = listed.answer
  reads.note(furtherPages(arns))
  if (where.service === undefined && arns.length >= stoppedTasksRead) return 'cut'
  const known = new Set(
    deployments.flatMap(deployment =>
      [...watchOf(deployment).stopped.values()].filter(isToldInFull).map(({ id }) => id),
    ),
  )
  const news = arns.filter(arn => !known.has(lastSegment(arn)) && !foreignTasks.has(arn))
  const tasks: (Task & { readonly arn: string })[] = []
  let became: 'read' | 'late' | 'refused' = 'read'
  for (const batch of batches(news, perCall.tasks)) {
    const described = await reads.ask(() => ecs.tasks(where.cluster, batch))
    if (described.is !== 'answered') {
      became = became === 'late' ? became : described.is
      continue
    }
    for (const arn of batch) {
      const task = described.answer.find(({ id }) => id === lastSegment(arn))
      if (task !== undefined) tasks.push({ ...task, arn })
    }
  }
  for (const deployment of deployments) await remember(deployment, tasks, scope)
  // What belongs to none of our revisions never will: the tasks that a deployment replaces are asked for once.
  const own = new Set(deployments.map(deployment => revisionsOf(deployment).own?.taskDefinition))
  for (const { arn, taskDefinition } of tasks) if (!own.has(taskDefinition)) foreignTasks.add(arn)
  return noteAsked(became)
}

async function remember(
  deployment: Deployment,
  tasks: readonly Task[],
  { ecs, reads, watchOf }: Scope,
): Promise<void> {
  const watch = watchOf(deployment)
  const own = revisionsOf(deployment).own?.taskDefinition
  const mine = tasks.filter(({ taskDefinition }) => taskDefinition === own)
  if (mine.length === 0 || own === undefined) return
  watch.definition ??= await reads.attempt(() => ecs.taskDefinition(own), 'optional')
  for (const task of mine) watch.stopped.set(task.id, stoppedTask(task, watch.definition))
}

/** A task's reason and exit codes can still arrive while it is stopping. */
function isToldInFull(task: StoppedTask | undefined): boolean {
  return task?.stopCode !== undefined && task.stoppedReason !== undefined
}

function lastSegment(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
