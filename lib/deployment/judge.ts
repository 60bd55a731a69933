import type { Deployment } from './deployment.ts'
import type { Evidence, Failure } from './failure.ts'
import { type Cause, causes } from './failures/causes.ts'
import type { Observation, SeenTarget, SeenTask } from './observation.ts'
import type { Instant } from './state.ts'
import { isNotHealthyYet, targetsByTask } from './targets-by-task.ts'

/**
 * Says why a deployment that ECS still believes in is hopeless, or nothing while it may yet turn out well. ECS's circuit breaker would
 * come to the same end, but only after its counters: minutes later.
 *
 * A slow but healthy deployment, a Spot interruption, scaling and AWS's own repairs are never judged.
 */
export function judge(deployment: Deployment, seen: Observation): Failure | undefined {
  switch (deployment.state.is) {
    case 'starting':
    case 'checking':
    case 'shifting':
    case 'draining':
      return hopelessTasks(deployment, seen) ?? overdueReadiness(deployment, seen)
    case 'watching':
      return lateCrash(seen) ?? hopelessTasks(deployment, seen)
    default:
      return undefined
  }
}

function hopelessTasks(deployment: Deployment, seen: Observation): Failure | undefined {
  const hopeless = causes(seen.stopped).find(cause => isHopeless(cause, deployment, seen))
  return hopeless && failureOf(hopeless)
}

function isHopeless({ patience, times }: Cause, { health }: Deployment, { ours }: Observation): boolean {
  switch (patience) {
    case 'none':
      return true
    case 'second_task':
      return isRepeated(times, ours?.target.running)
    case 'readiness':
      return health.readinessLimit !== undefined && isRepeated(times, ours?.target.running)
    case 'ecs':
      return false
  }
}

/** Two hiccups among many tasks that run are not the image's fault. */
function isRepeated(times: number, running = 0): boolean {
  return times >= 2 && times > running
}

/** ECS has called the deployment successful: from then on a single crash is one too many. */
function lateCrash({ ours, stopped }: Observation): Failure | undefined {
  const success = ours?.finishedAt
  if (success === undefined) return undefined
  const [cause] = causes(stopped.filter(({ stoppedAt = 0 }) => stoppedAt >= success))
  return cause && cause.patience !== 'ecs' ? failureOf(cause) : undefined
}

/**
 * Not ready in its time is what never was ready: something that was healthy and is not any more is a flap, and ECS replaces it. As with
 * crashes, more of the new tasks have to show it than not (docs/adr/0005).
 */
function overdueReadiness({ health, state }: Deployment, seen: Observation): Failure | undefined {
  const limit = health.readinessLimit
  if (limit === undefined || !('ecs' in state) || state.ecs === undefined) return undefined
  const { taskDefinition } = state.ecs
  const targets = overdueTargets(seen.targets ?? [], seen.at, limit)
  const own = (seen.tasks ?? []).filter(task => task.taskDefinition === taskDefinition)
  const tasks = health.containerHealthCheck ? overdueTasks(own, seen.at, limit) : []
  if (targets.length === 0 && tasks.length === 0) return undefined
  return {
    code: readinessCode(targets, tasks),
    times: targets.length + tasks.length,
    limit,
    evidence: [
      ...targets.map(targetEvidence),
      ...tasks.map(({ id }): Evidence => ({
        taskId: id,
        stoppedReason: 'container health check not passed',
      })),
    ],
  }
}

/** One overdue target of each task that has any, if those are the majority. */
function overdueTargets(targets: readonly SeenTarget[], at: Instant, limit: number): readonly SeenTarget[] {
  const byTask = targetsByTask(targets)
  const overdue = byTask.flatMap(each => each.find(target => isTargetOverdue(target, at, limit)) ?? [])
  const good = byTask.filter(
    each => each.some(wasHealthy) && !each.some(target => isTargetOverdue(target, at, limit)),
  )
  return overdue.length > good.length ? overdue : []
}

function overdueTasks(tasks: readonly SeenTask[], at: Instant, limit: number): readonly SeenTask[] {
  const overdue = tasks.filter(task => isTaskOverdue(task, at, limit))
  const good = tasks.filter(task => task.wasHealthy === true || task.healthStatus === 'HEALTHY')
  return overdue.length > good.length ? overdue : []
}

function isTargetOverdue(target: SeenTarget, at: Instant, limit: number): boolean {
  return isNotHealthyYet(target) && !wasHealthy(target) && at - target.since > limit
}

function wasHealthy({ state, wasHealthy: before = false }: SeenTarget): boolean {
  return before || state === 'healthy'
}

function isTaskOverdue(
  { lastStatus, healthStatus, wasHealthy: before = false, since }: SeenTask,
  at: Instant,
  limit: number,
): boolean {
  return (
    lastStatus === 'RUNNING' &&
    healthStatus !== 'HEALTHY' &&
    !before &&
    since !== undefined &&
    at - since > limit
  )
}

/** What is known to be bad has a name of its own; what just is not good yet ran out of time. */
function readinessCode(targets: readonly SeenTarget[], tasks: readonly SeenTask[]): Failure['code'] {
  if (targets.some(({ state }) => state === 'unhealthy')) return 'target_unhealthy'
  return tasks.some(({ healthStatus }) => healthStatus === 'UNHEALTHY')
    ? 'container_unhealthy'
    : 'readiness_timeout'
}

function targetEvidence({ id, state, reason, description }: SeenTarget): Evidence {
  return {
    target: {
      id,
      state,
      ...(reason !== undefined && { reason }),
      ...(description !== undefined && { description }),
    },
  }
}

function failureOf({ code, times, evidence }: Cause): Failure {
  return { code, times, evidence }
}
