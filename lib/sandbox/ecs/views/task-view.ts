import type { ecs } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import { dateOf } from '../dates.ts'
import type { ContainerRecord, TaskRecord } from '../state.ts'

/** A task as DescribeTasks shows it. */
export function taskView(world: World, task: TaskRecord): ecs.Task {
  const definition = world.state.ecs.taskDefinitions[task.taskDefinition]?.definition
  return {
    taskArn: task.arn,
    clusterArn: task.clusterArn,
    taskDefinitionArn: task.taskDefinition,
    group: task.group,
    startedBy: task.startedBy,
    launchType: task.launchType,
    platformVersion: task.platformVersion,
    platformFamily: 'Linux',
    availabilityZone: `${world.region}a`,
    cpu: task.overrides?.cpu ?? definition?.cpu,
    memory: task.overrides?.memory ?? definition?.memory,
    ephemeralStorage: { sizeInGiB: definition?.ephemeralStorage?.sizeInGiB ?? 20 },
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    connectivity: task.connectedAt === undefined ? undefined : 'CONNECTED',
    connectivityAt: dateOf(task.connectedAt),
    createdAt: dateOf(task.createdAt),
    pullStartedAt: dateOf(task.pullStartedAt),
    pullStoppedAt: dateOf(task.pullStoppedAt),
    startedAt: dateOf(task.startedAt),
    stoppingAt: dateOf(task.stoppingAt),
    executionStoppedAt: dateOf(task.executionStoppedAt),
    stoppedAt: dateOf(task.stoppedAt),
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    healthStatus: healthStatus(world, task),
    enableExecuteCommand: task.enableExecuteCommand,
    overrides: task.overrides ?? { containerOverrides: task.containers.map(({ name }) => ({ name })) },
    attachments: [attachmentView(task)],
    attributes: [{ name: 'ecs.cpu-architecture', value: architectureOf(definition) }],
    containers: task.containers.map(container => containerView(world, { task, container })),
  }
}

function architectureOf(definition: ecs.TaskDefinition | undefined): string {
  return definition?.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64'
}

function attachmentView({ network, lastStatus }: TaskRecord): ecs.Attachment {
  const { ip, subnetId, attachmentId, eniId } = network
  const status =
    lastStatus === 'PROVISIONING' ? 'PRECREATED' : lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED'
  return {
    id: attachmentId,
    type: 'ElasticNetworkInterface',
    status,
    details: [
      { name: 'subnetId', value: subnetId },
      { name: 'networkInterfaceId', value: eniId },
      { name: 'privateDnsName', value: `ip-${ip.replaceAll('.', '-')}.ec2.internal` },
      { name: 'privateIPv4Address', value: ip },
    ],
  }
}

function containerView(
  world: World,
  { task, container }: { readonly task: TaskRecord; readonly container: ContainerRecord },
): ecs.Container {
  return {
    containerArn: `${task.arn.replace(':task/', ':container/')}/${container.runtimeId}`,
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    imageDigest: container.imageDigest,
    runtimeId: container.runtimeId,
    lastStatus: container.lastStatus,
    exitCode: container.exitCode,
    reason: container.reason,
    networkBindings: [],
    networkInterfaces: [{ attachmentId: task.network.attachmentId, privateIpv4Address: task.network.ip }],
    healthStatus: container.lastStatus === 'RUNNING' ? healthStatus(world, task) : 'UNKNOWN',
    cpu: '0',
    managedAgents: task.enableExecuteCommand ? [execAgent(task, container)] : undefined,
  }
}

/** It comes up a moment after its container, and goes with it. */
function execAgent(task: TaskRecord, { lastStatus }: ContainerRecord): ecs.ManagedAgent {
  return {
    name: 'ExecuteCommandAgent',
    lastStatus: lastStatus === 'PENDING' ? 'PENDING' : lastStatus,
    lastStartedAt: lastStatus === 'PENDING' ? undefined : dateOf(task.startedAt),
  }
}

/** Of a task's containers together; UNKNOWN without health checks of their own, and before the first result. */
function healthStatus({ clock }: World, { containerHealth, lastStatus }: TaskRecord): ecs.HealthStatus {
  if (containerHealth === undefined || lastStatus === 'STOPPED') return 'UNKNOWN'
  const { healthyAt = Infinity, unhealthyAt = Infinity } = containerHealth
  if (clock.now() >= unhealthyAt) return 'UNHEALTHY'
  return clock.now() >= healthyAt ? 'HEALTHY' : 'UNKNOWN'
}
