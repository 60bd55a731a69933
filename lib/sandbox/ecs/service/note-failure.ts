import type { World } from '../../world.ts'
import { say } from '../say.ts'
import type { ServiceDeploymentRecord, ServiceRecord, TaskRecord } from '../state.ts'
import { notice, wakeService } from '../wake-service.ts'
import { circuitBreaker } from './circuit-breaker.ts'
import { ongoingDeployment } from './ongoing-deployment.ts'

export type NoteFailureOptions = { readonly task: TaskRecord; readonly at: number }

/** A service's task failed: it counts for the circuit breaker, and the next tasks may have to wait. */
export function noteFailure(world: World, { task, at }: NoteFailureOptions): void {
  const service = world.state.ecs.services[task.serviceArn ?? '']
  if (service === undefined) return
  service.steady = false
  if (task.startedAt === undefined) {
    say(world, { service, at, text: `was unable to place a task. Reason: ${task.stoppedReason}.` })
  }
  const deployment = service.deployments.find(({ revisionArn }) => revisionArn === task.revisionArn)
  if (deployment !== undefined) deployment.failedTasks += 1
  const ongoing = ongoingDeployment(world, service)
  if (ongoing !== undefined) count(ongoing, task)
  delayLaunches(world, { service, task, at })
  notice(world, { serviceArn: service.arn, at })
}

/** The new revision's tasks decide about a deployment, and in a rollback the old one's. */
function count(deployment: ServiceDeploymentRecord, { revisionArn }: TaskRecord): void {
  const { status, rollback, targetRevision } = deployment
  if (status === 'IN_PROGRESS' && revisionArn === targetRevision) deployment.failureCount += 1
  if (status === 'ROLLBACK_IN_PROGRESS' && revisionArn === rollback?.revisionArn) {
    deployment.rollbackFailureCount += 1
  }
}

/** A task that ran for so many rounds ends the count of failures in a row. */
const roundsOfALastingTask = 40
/** ECS documents 27 minutes at most. */
const longestDelay = 27 * 60_000

/**
 * "Incrementally increased": AWS doesn't say how. Here the delay doubles from the failure on that no circuit breaker would
 * wait for. AWS delays only tasks that never reached RUNNING; here all, so that a crash loop stays cheap for days.
 */
function delayLaunches(
  world: World,
  { service, task, at }: { readonly service: ServiceRecord; readonly task: TaskRecord; readonly at: number },
): void {
  const { schedulerRound } = world.timings
  const lasted = task.startedAt !== undefined && at - task.startedAt >= roundsOfALastingTask * schedulerRound
  service.launchFailures = lasted ? 1 : service.launchFailures + 1
  const { deploymentConfiguration: configuration, desiredCount } = service
  const { threshold } = circuitBreaker({ configuration, desiredCount })
  const excess = service.launchFailures - threshold
  if (excess <= 0) return
  say(world, { service, at, text: 'is unable to consistently start tasks successfully.' })
  service.nextLaunchAt = at + Math.min(longestDelay, schedulerRound * 2 ** Math.min(excess, 30))
  wakeService(world, { serviceArn: service.arn, at: service.nextLaunchAt })
}
