import type {
  Container as AwsContainer,
  ContainerImage as AwsContainerImage,
  Service as AwsService,
  ServiceDeployment as AwsServiceDeployment,
  ServiceRevision as AwsServiceRevision,
  ServiceRevisionSummary as AwsRevisionSummary,
  Task as AwsTask,
  TaskDefinition as AwsTaskDefinition,
  ContainerDefinition,
} from '@aws-sdk/client-ecs'

import type {
  ClassicDeployment,
  Service,
  ServiceDeployment,
  ServiceRevision,
  Tags,
  Task,
} from '../../actions/ports.ts'
import type { Pacing, SeenHook } from '../../deployment/observation.ts'
import type { Traffic } from '../../deployment/state.ts'
import type { Container, TaskDefinition } from '../../deployment/task-definition.ts'
import type { DeploymentConfiguration } from '../../strategy/deployment-configuration.ts'
import { lastSegment } from './last-segment.ts'
import { present } from './present.ts'
import { tagsOf } from './tags.ts'

/** A service in the port's words. */
export function serviceOf(service: AwsService): Service {
  const { serviceArn: arn = '', clusterArn = '', deployments = [] } = service
  const primary = deployments.find(({ status }) => status === 'PRIMARY')
  return present({
    name: service.serviceName ?? lastSegment(arn),
    arn,
    cluster: lastSegment(clusterArn),
    tags: tagsOf(service.tags),
    controller: service.deploymentController?.type ?? 'ECS',
    scheduling: service.schedulingStrategy ?? 'REPLICA',
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    taskDefinition: primary?.taskDefinition ?? service.taskDefinition ?? '',
    deployments: deployments.map(classicDeploymentOf),
    taskSets: service.taskSets?.flatMap(({ taskDefinition }) => taskDefinition ?? []),
    currentServiceDeployment: service.currentServiceDeployment,
    currentRevisions: service.currentServiceRevisions?.flatMap(({ arn }) => arn ?? []),
    loadBalancers: loadBalancersOf(service),
    wiring: wiringOf(service),
    classicLoadBalancer: classicLoadBalancerOf(service),
    gracePeriodSeconds: service.healthCheckGracePeriodSeconds ?? 0,
    configuration: configurationOf(service),
    placement: placementOf(service),
    letsIn: service.enableExecuteCommand,
    isBeingDeleted: service.status === 'DRAINING' ? true : undefined,
    createdAt: service.createdAt?.getTime(),
  })
}

/** All of it, to send it back. moto names an alarm that it could not resolve null. */
function configurationOf({ deploymentConfiguration = {} }: AwsService): DeploymentConfiguration {
  const { alarms, ...rest } = deploymentConfiguration
  if (alarms === undefined) return rest as DeploymentConfiguration
  const alarmNames = (alarms.alarmNames ?? []).filter(name => typeof name === 'string')
  return { ...rest, alarms: { ...alarms, alarmNames } } as DeploymentConfiguration
}

function classicDeploymentOf(deployment: NonNullable<AwsService['deployments']>[number]): ClassicDeployment {
  return present({
    id: deployment.id ?? '',
    status: deployment.status ?? '',
    taskDefinition: deployment.taskDefinition ?? '',
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
    createdAt: deployment.createdAt?.getTime(),
    running: deployment.runningCount ?? 0,
    failedTasks: deployment.failedTasks ?? 0,
  })
}

/** A launch type and a capacity provider strategy exclude each other; ECS shows the one that was chosen. */
function placementOf({
  networkConfiguration,
  capacityProviderStrategy = [],
  launchType,
  platformVersion,
}: AwsService): NonNullable<Service['placement']> {
  return present({
    networkConfiguration,
    platformVersion,
    ...(capacityProviderStrategy.length > 0 ? { capacityProviderStrategy } : { launchType }),
  })
}

/** With blue/green, canary and linear, tasks are in one group or the other by turns: both are the service's. */
function loadBalancersOf({ loadBalancers = [] }: AwsService): Service['loadBalancers'] {
  return loadBalancers.flatMap(({ targetGroupArn, containerName, advancedConfiguration }) =>
    [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].flatMap(targetGroup =>
      targetGroup === undefined ? [] : [present({ targetGroup, container: containerName })],
    ),
  )
}

function wiringOf({ loadBalancers = [] }: AwsService): Service['wiring'] {
  return loadBalancers.flatMap(({ targetGroupArn: targetGroup, advancedConfiguration: pair }) =>
    targetGroup === undefined
      ? []
      : [
          present({
            targetGroup,
            alternate: pair?.alternateTargetGroupArn,
            productionRule: pair?.productionListenerRule,
            testRule: pair?.testListenerRule,
            role: pair?.roleArn,
          }),
        ],
  )
}

function classicLoadBalancerOf({ loadBalancers = [] }: AwsService): string | undefined {
  return loadBalancers.find(({ targetGroupArn }) => targetGroupArn === undefined)?.loadBalancerName
}

/** A task-definition revision in the port's words, with all of it to copy from. */
export function taskDefinitionOf(definition: AwsTaskDefinition, tags: Tags): TaskDefinition {
  return present({
    arn: definition.taskDefinitionArn ?? '',
    family: definition.family ?? '',
    revision: definition.revision ?? 0,
    isActive: definition.status === 'ACTIVE',
    containers: (definition.containerDefinitions ?? []).map(containerOf),
    cpuArchitecture: definition.runtimePlatform?.cpuArchitecture ?? defaultArchitecture(definition),
    tags,
    definition: { ...definition },
  })
}

/** Fargate's own is X86_64; on EC2 and elsewhere a task takes that of the instance. */
function defaultArchitecture({ requiresCompatibilities = [] }: AwsTaskDefinition): string | undefined {
  const isForFargateAlone =
    requiresCompatibilities.length > 0 && requiresCompatibilities.every(each => each === 'FARGATE')
  return isForFargateAlone ? 'X86_64' : undefined
}

function containerOf(container: ContainerDefinition): Container {
  return present({
    name: container.name ?? '',
    image: container.image ?? '',
    // ECS: "If this parameter is omitted, a container is assumed to be essential."
    essential: container.essential ?? true,
    hasHealthCheck: hasHealthCheck(container),
    healthCheckLimit: healthCheckLimit(container),
    log: logOf(container),
  })
}

/** `["NONE"]` switches off the health check that the image itself brings. */
function hasHealthCheck({ healthCheck }: ContainerDefinition): boolean {
  return healthCheck?.command !== undefined && healthCheck.command[0] !== 'NONE'
}

/** Start period + interval × retries, with ECS's defaults of none, 30 seconds and 3. */
function healthCheckLimit(container: ContainerDefinition): number | undefined {
  if (!hasHealthCheck(container)) return undefined
  const { startPeriod = 0, interval = 30, retries = 3 } = container.healthCheck ?? {}
  return (startPeriod + interval * retries) * 1_000
}

function logOf({ logConfiguration }: ContainerDefinition): Container['log'] {
  const options = logConfiguration?.options ?? {}
  const group = options['awslogs-group']
  if (logConfiguration?.logDriver !== 'awslogs' || group === undefined) return undefined
  return present({ group, prefix: options['awslogs-stream-prefix'], region: options['awslogs-region'] })
}

/** A service deployment in the port's words; absent while ECS does not say the whole of it. */
export function serviceDeploymentOf(deployment: AwsServiceDeployment): ServiceDeployment | undefined {
  const { serviceDeploymentArn: arn, createdAt, targetServiceRevision: target } = deployment
  if (arn === undefined || createdAt === undefined) return undefined
  return present({
    arn,
    service: lastSegment(deployment.serviceArn ?? ''),
    status: deployment.status ?? 'PENDING',
    statusReason: deployment.statusReason,
    lifecycleStage: deployment.lifecycleStage,
    createdAt: createdAt.getTime(),
    finishedAt: (deployment.finishedAt ?? deployment.stoppedAt)?.getTime(),
    target: present({
      requested: target?.requestedTaskCount ?? 0,
      running: target?.runningTaskCount ?? 0,
      pending: target?.pendingTaskCount ?? 0,
      traffic: trafficOf(target),
    }),
    pacing: pacingOf(deployment),
    targetRevision: target?.arn,
    sourceRunning: (deployment.sourceServiceRevisions ?? []).reduce(
      (sum, { runningTaskCount = 0 }) => sum + runningTaskCount,
      0,
    ),
    circuitBreaker: deployment.deploymentCircuitBreaker && {
      status: deployment.deploymentCircuitBreaker.status ?? 'DISABLED',
      failureCount: deployment.deploymentCircuitBreaker.failureCount ?? 0,
      threshold: deployment.deploymentCircuitBreaker.threshold ?? 0,
    },
    alarms: deployment.alarms && {
      status: deployment.alarms.status ?? 'DISABLED',
      names: deployment.alarms.alarmNames ?? [],
      triggered: deployment.alarms.triggeredAlarmNames ?? [],
    },
    hooks: (deployment.lifecycleHookDetails ?? []).map(hookOf),
    rollback:
      deployment.rollback &&
      present({
        reason: deployment.rollback.reason,
        serviceRevision: deployment.rollback.serviceRevisionArn,
      }),
  })
}

/** Absent where ECS shifts none: with ROLLING, and without a load balancer. */
function trafficOf({
  requestedProductionTrafficWeight: production,
  requestedTestTrafficWeight: test = 0,
}: AwsRevisionSummary = {}): Traffic | undefined {
  return production === undefined ? undefined : { production, test }
}

function pacingOf({ deploymentConfiguration: configuration }: AwsServiceDeployment): Pacing | undefined {
  switch (configuration?.strategy) {
    case 'BLUE_GREEN':
      return present({ bakeMinutes: configuration.bakeTimeInMinutes })
    case 'CANARY':
      return present({
        bakeMinutes: configuration.bakeTimeInMinutes,
        canaryBakeMinutes: configuration.canaryConfiguration?.canaryBakeTimeInMinutes,
      })
    case 'LINEAR':
      return present({
        bakeMinutes: configuration.bakeTimeInMinutes,
        stepBakeMinutes: configuration.linearConfiguration?.stepBakeTimeInMinutes,
      })
    default:
      return undefined
  }
}

function hookOf(hook: NonNullable<AwsServiceDeployment['lifecycleHookDetails']>[number]): SeenHook {
  return present({
    id: hook.hookId,
    status: hook.status ?? 'IN_PROGRESS',
    targetType: hook.targetType,
    expiresAt: hook.expiresAt?.getTime(),
    timeoutAction: hook.timeoutAction,
  })
}

/** A service revision in the port's words; absent if ECS leaves out what makes it one. */
export function serviceRevisionOf({
  serviceRevisionArn: arn,
  taskDefinition,
  containerImages,
}: AwsServiceRevision): ServiceRevision | undefined {
  if (arn === undefined || taskDefinition === undefined) return undefined
  return present({ arn, taskDefinition, images: containerImages?.map(pinnedImageOf) })
}

/** As it was asked for, and where that is a tag, with the digest that ECS took for it. */
function pinnedImageOf({ image = '', imageDigest }: AwsContainerImage): string {
  return imageDigest === undefined || image.includes('@') ? image : `${image}@${imageDigest}`
}

/** A task in the port's words. */
export function taskOf(task: AwsTask): Task {
  const { taskArn: arn = '' } = task
  return present({
    arn,
    id: lastSegment(arn),
    taskDefinition: task.taskDefinitionArn ?? '',
    group: task.group ?? '',
    lastStatus: task.lastStatus ?? '',
    desiredStatus: task.desiredStatus,
    createdAt: task.createdAt?.getTime(),
    healthStatus: task.healthStatus,
    startedAt: task.startedAt?.getTime(),
    stoppedAt: (task.stoppedAt ?? task.stoppingAt ?? task.executionStoppedAt)?.getTime(),
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    ip: ipOf(task),
    letsIn: task.enableExecuteCommand,
    containers: (task.containers ?? []).map(containerStateOf),
  })
}

function ipOf({ attachments = [] }: AwsTask): string | undefined {
  return attachments
    .filter(({ type }) => type === 'ElasticNetworkInterface')
    .flatMap(({ details = [] }) => details)
    .find(({ name }) => name === 'privateIPv4Address')?.value
}

function containerStateOf({
  name = '',
  exitCode,
  reason,
  imageDigest,
  lastStatus,
  runtimeId,
  managedAgents = [],
}: AwsContainer): Task['containers'][number] {
  const execAgent = managedAgents.find(agent => agent.name === 'ExecuteCommandAgent')?.lastStatus
  return present({ name, exitCode, reason, imageDigest, lastStatus, runtimeId, execAgent })
}
