import type { ecs } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import { arn } from '../arn.ts'
import { identifiers } from '../identifiers.ts'
import { schedule } from '../schedule.ts'
import type { ClusterRecord, ContainerRecord, TaskDefinitionRecord, TaskRecord } from '../state.ts'

export type LaunchTaskOptions = {
  readonly cluster: Pick<ClusterRecord, 'arn' | 'name'>
  readonly taskDefinition: TaskDefinitionRecord
  readonly at: number
  /** `service:NAME`, or `family:NAME` for a one-off task. */
  readonly group: string
  readonly startedBy?: string
  readonly clientToken?: string
  readonly serviceArn?: string
  readonly revisionArn?: string
  readonly isFirst?: boolean
  readonly networkConfiguration?: ecs.NetworkConfiguration
  readonly loadBalancers?: readonly ecs.LoadBalancer[]
  readonly launchType?: ecs.LaunchType
  readonly platformVersion?: string
  readonly overrides?: ecs.TaskOverride
  readonly enableExecuteCommand?: boolean
  readonly tags?: readonly ecs.Tag[]
}

/** Creates a task, which then goes its way from PROVISIONING by itself. */
export function launchTask(world: World, options: LaunchTaskOptions): TaskRecord {
  const { cluster, taskDefinition, at, group, launchType = 'FARGATE', platformVersion } = options
  const { ecs } = world.state
  const id = identifiers.hex(ecs)
  const [subnetId = 'subnet-0sandbox'] = options.networkConfiguration?.awsvpcConfiguration?.subnets ?? []
  const task: TaskRecord = {
    arn: arn(world, `task/${cluster.name}/${id}`),
    id,
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    taskDefinition: taskDefinition.arn,
    group,
    startedBy: options.startedBy,
    clientToken: options.clientToken,
    serviceArn: options.serviceArn,
    revisionArn: options.revisionArn,
    isFirst: options.isFirst ?? false,
    launchType,
    platformVersion:
      platformVersion === undefined || platformVersion === 'LATEST' ? '1.4.0' : platformVersion,
    createdAt: at,
    network: {
      ip: privateIp(ecs.sequence),
      subnetId,
      attachmentId: identifiers.uuid(ecs),
      eniId: `eni-0${identifiers.hex(ecs).slice(0, 16)}`,
    },
    overrides: options.overrides,
    targets: targetsOf(options.loadBalancers ?? []),
    enableExecuteCommand: options.enableExecuteCommand ?? false,
    tags: options.tags ?? [],
    containers: (taskDefinition.definition.containerDefinitions ?? []).map(container =>
      newContainer(container, `${id}-${identifiers.decimal(ecs).slice(0, 10)}`),
    ),
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    wasHealthy: false,
    heartbeats: 0,
  }
  ecs.tasks[task.arn] = task
  schedule(world, at + world.timings.provision, { kind: 'task', taskArn: task.arn, step: 'pending' })
  return task
}

/** 10.0.0.0/16 has room for more tasks than anybody starts at the same time. */
function privateIp(sequence: number): string {
  return `10.0.${Math.floor(sequence / 250) % 250}.${4 + (sequence % 250)}`
}

function targetsOf(loadBalancers: readonly ecs.LoadBalancer[]): TaskRecord['targets'] {
  return loadBalancers.flatMap(({ targetGroupArn, containerName = '', containerPort = 0 }) =>
    targetGroupArn === undefined ? [] : [{ targetGroupArn, containerName, port: containerPort }],
  )
}

function newContainer(definition: ecs.ContainerDefinition, runtimeId: string): ContainerRecord {
  return {
    name: definition.name ?? '',
    image: definition.image ?? '',
    runtimeId,
    essential: definition.essential ?? true,
    lastStatus: 'PENDING',
  }
}
