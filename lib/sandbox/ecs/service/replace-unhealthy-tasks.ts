import type { World } from '../../world.ts'
import { say } from '../say.ts'
import type { ServiceRecord, TaskRecord } from '../state.ts'
import { stopTask } from '../task/stop-task.ts'
import { wakeService } from '../wake-service.ts'
import { circuitBreaker } from './circuit-breaker.ts'
import { noteFailure } from './note-failure.ts'
import { ongoingDeployment } from './ongoing-deployment.ts'
import { activeTasks } from './service-tasks.ts'
import { taskHealth, type TaskHealth } from './task-health.ts'

export type RoundOptions = { readonly service: ServiceRecord; readonly at: number }

/** Stops tasks that fail their health checks, once their grace period is over, and notes those that became healthy. */
export function replaceUnhealthyTasks(world: World, { service, at }: RoundOptions): void {
  for (const task of activeTasks(world, service)) {
    const health = taskHealth(world, { task, at })
    switch (health.kind) {
      case 'starting':
        break
      case 'healthy':
        noteHealthy(world, { service, task })
        break
      case 'failing-container':
      case 'failing-target':
        replace(world, { service, task, at, health })
    }
  }
}

function noteHealthy(
  world: World,
  { service, task }: { readonly service: ServiceRecord; readonly task: TaskRecord },
) {
  if (task.wasHealthy) return
  task.wasHealthy = true
  const ongoing = ongoingDeployment(world, service)
  const { deploymentConfiguration: configuration } = ongoing ?? service
  const { desiredCount } = service
  if (!circuitBreaker({ configuration, desiredCount }).resetsOnHealthyTask) return
  const deployment = service.deployments.find(({ revisionArn }) => revisionArn === task.revisionArn)
  if (deployment !== undefined) deployment.failedTasks = 0
  const isCounting = ongoing?.status === 'IN_PROGRESS' && ongoing.targetRevision === task.revisionArn
  if (ongoing !== undefined && isCounting) ongoing.failureCount = 0
}

type ReplaceOptions = RoundOptions & { readonly task: TaskRecord; readonly health: TaskHealth }

function replace(world: World, { service, task, at, health }: ReplaceOptions): void {
  const graceEnds = (task.startedAt ?? at) + gracePeriod(world, { service, task })
  if (at < graceEnds) return wakeService(world, { serviceArn: service.arn, at: graceEnds })
  const { text, reason } = describe(task, health)
  say(world, { service, at, text })
  stopTask(world, { task, at, stopCode: 'ServiceSchedulerInitiated', reason })
  noteFailure(world, { task, at })
  say(world, { service, at, text: `has stopped 1 running tasks: (task ${task.id}).` })
}

/** Shortened as much as the health checks are, so that their proportion stays what the service's owner chose. */
function gracePeriod(
  { timings, state }: World,
  { service, task }: { service: ServiceRecord; task: TaskRecord },
): number {
  const grace = (service.healthCheckGracePeriodSeconds ?? 0) * 1000
  const [first] = task.targets
  const own =
    (state.elbv2.targetGroups[first?.targetGroupArn ?? '']?.healthCheck.intervalSeconds ?? 30) * 1000
  return grace * (Math.min(own, timings.healthCheckInterval) / own)
}

function describe(task: TaskRecord, health: TaskHealth): { readonly text: string; readonly reason: string } {
  if (health.kind !== 'failing-target') {
    return {
      text: `(task ${task.id}) failed container health checks.`,
      reason: 'Task failed container health checks',
    }
  }
  const { targetGroupArn, port, reason } = health
  return {
    text: `(task ${task.id}) (port ${port}) is unhealthy in (target-group ${targetGroupArn}) due to (reason ${reason}).`,
    reason: `Task failed ELB health checks in (target-group ${targetGroupArn})`,
  }
}
