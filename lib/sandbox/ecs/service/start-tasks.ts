import type { World } from '../../world.ts'
import { say } from '../say.ts'
import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../state.ts'
import { launchTask } from '../task/launch-task.ts'
import { stopTask } from '../task/stop-task.ts'

type StartTasksOptions = {
  readonly service: ServiceRecord
  /** Of which of its deployments; of none that is not listed any more. */
  readonly deployment: DeploymentRecord | undefined
  readonly count: number
  readonly at: number
}

export function startTasks(world: World, { service, deployment, count, at }: StartTasksOptions): void {
  const revision = world.state.ecs.serviceRevisions[deployment?.revisionArn ?? '']
  const taskDefinition = world.state.ecs.taskDefinitions[deployment?.taskDefinition ?? '']
  if (count <= 0 || deployment === undefined || revision === undefined || taskDefinition === undefined) return
  const { networkConfiguration, launchType, platformVersion } = revision.settings
  const ids = Array.from({ length: count }, () => {
    revision.tasksStarted += 1
    return launchTask(world, {
      cluster: { arn: service.clusterArn, name: service.clusterName },
      taskDefinition,
      at,
      group: `service:${service.name}`,
      startedBy: deployment.id,
      serviceArn: service.arn,
      revisionArn: revision.arn,
      isFirst: revision.tasksStarted === 1,
      networkConfiguration,
      loadBalancers: revision.loadBalancers,
      launchType,
      platformVersion,
      enableExecuteCommand: service.enableExecuteCommand,
      tags: tagsOf(service, taskDefinition.tags),
    }).id
  })
  service.steady = false
  say(world, { service, at, text: `has started ${count} tasks: ${ids.map(id => `(task ${id})`).join(' ')}.` })
}

function tagsOf(service: ServiceRecord, taskDefinitionTags: TaskRecord['tags']): TaskRecord['tags'] {
  const propagated =
    service.propagateTags === 'SERVICE'
      ? service.tags
      : service.propagateTags === 'TASK_DEFINITION'
        ? taskDefinitionTags
        : []
  const managed = [
    { key: 'aws:ecs:clusterName', value: service.clusterName },
    { key: 'aws:ecs:serviceName', value: service.name },
  ]
  return service.enableECSManagedTags ? [...propagated, ...managed] : propagated
}

/** Stops tasks that are no longer wanted, as the scheduler does for scaling and for replaced revisions alike. */
export function retireTasks(
  world: World,
  {
    service,
    tasks,
    at,
  }: { readonly service: ServiceRecord; readonly tasks: readonly TaskRecord[]; readonly at: number },
): void {
  const [first] = tasks
  if (first === undefined) return
  service.steady = false
  const draining = tasks.filter(task => task.lastStatus === 'RUNNING' && task.targets.length > 0)
  const reason = `Scaling activity initiated by (deployment ${service.deployments[0]?.id})`
  for (const task of tasks) stopTask(world, { task, at, stopCode: 'ServiceSchedulerInitiated', reason })
  for (const { targetGroupArn } of draining[0]?.targets ?? []) {
    say(world, {
      service,
      at,
      text: `deregistered ${draining.length} targets in (target-group ${targetGroupArn})`,
    })
  }
  if (draining.length > 0) {
    say(world, { service, at, text: `has begun draining connections on ${draining.length} tasks.` })
  }
  const ids = tasks.map(({ id }) => `(task ${id})`).join(' ')
  say(world, { service, at, text: `has stopped ${tasks.length} running tasks: ${ids}.` })
}
