import type { ecs } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import { dateOf } from '../dates.ts'
import { activeTasks, isOf, serviceTasks } from '../service/service-tasks.ts'
import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../state.ts'

/** A service as DescribeServices shows it, without its tags. */
export function serviceView(world: World, service: ServiceRecord): ecs.Service {
  const { settings } = service
  const tasks = serviceTasks(world, service)
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.clusterArn,
    status: service.status,
    desiredCount: service.desiredCount,
    ...countsOf(tasks),
    ...launchView(settings),
    taskDefinition: settings.taskDefinition,
    loadBalancers: [...settings.loadBalancers],
    serviceRegistries: [...settings.serviceRegistries],
    networkConfiguration: settings.networkConfiguration,
    deploymentConfiguration: service.deploymentConfiguration,
    deploymentController: { type: service.deploymentController },
    deployments: service.deployments.map(deployment => deploymentView(world, { service, deployment })),
    currentServiceDeployment: visibleDeployment(world, service),
    currentServiceRevisions: [...new Set(tasks.flatMap(currentRevision))].map(arn => ({
      arn,
      ...revisionCounts(world, { service, arn }),
    })),
    events: service.events.map(({ id, at, message }) => ({ id, createdAt: dateOf(at), message })),
    createdAt: dateOf(service.createdAt),
    createdBy: service.createdBy,
    roleArn: `arn:aws:iam::${world.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    placementConstraints: [],
    placementStrategy: [],
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    schedulingStrategy: service.schedulingStrategy,
    enableECSManagedTags: service.enableECSManagedTags,
    enableExecuteCommand: service.enableExecuteCommand,
    propagateTags: service.propagateTags,
    availabilityZoneRebalancing: service.availabilityZoneRebalancing,
  }
}

function launchView({ launchType, capacityProviderStrategy, platformVersion }: ServiceRecord['settings']) {
  const isFargate = launchType === 'FARGATE' || capacityProviderStrategy !== undefined
  return {
    ...(capacityProviderStrategy === undefined
      ? { launchType }
      : { capacityProviderStrategy: [...capacityProviderStrategy] }),
    ...(isFargate ? { platformVersion: platformVersion ?? 'LATEST', platformFamily: 'Linux' } : {}),
  }
}

function deploymentView(
  world: World,
  { service, deployment }: { readonly service: ServiceRecord; readonly deployment: DeploymentRecord },
): ecs.Deployment {
  const settings = world.state.ecs.serviceRevisions[deployment.revisionArn]?.settings ?? service.settings
  const tasks = serviceTasks(world, service).filter(isOf(deployment))
  const wanted = activeTasks(world, service).filter(isOf(deployment)).length
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: deployment.taskDefinition,
    desiredCount: deployment.status === 'PRIMARY' ? service.desiredCount : wanted,
    ...countsOf(tasks),
    failedTasks: deployment.failedTasks,
    createdAt: dateOf(deployment.createdAt),
    updatedAt: dateOf(deployment.updatedAt),
    ...launchView(settings),
    networkConfiguration: settings.networkConfiguration,
    ...(service.deploymentController === 'ECS'
      ? { rolloutState: deployment.rolloutState, rolloutStateReason: deployment.rolloutStateReason }
      : {}),
  }
}

/** Eventually consistent, where a test says so: blank for a while. */
function visibleDeployment(
  { state, clock }: World,
  { currentServiceDeployment = '' }: ServiceRecord,
): string | undefined {
  const deployment = state.ecs.serviceDeployments[currentServiceDeployment]
  if (deployment === undefined) return undefined
  const isHidden = clock.now() < deployment.createdAt + state.ecs.consistency.hideServiceDeploymentMs
  return isHidden ? undefined : deployment.arn
}

function currentRevision({ lastStatus, revisionArn }: TaskRecord): readonly string[] {
  return lastStatus === 'STOPPED' || revisionArn === undefined ? [] : [revisionArn]
}

function countsOf(tasks: readonly TaskRecord[]): {
  readonly runningCount: number
  readonly pendingCount: number
} {
  return {
    runningCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingCount: tasks.filter(({ lastStatus }) =>
      ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(lastStatus),
    ).length,
  }
}

export function revisionCounts(
  world: World,
  {
    service,
    arn,
  }: { readonly service: Pick<ServiceRecord, 'arn' | 'deployments' | 'desiredCount'>; readonly arn: string },
): {
  readonly requestedTaskCount: number
  readonly runningTaskCount: number
  readonly pendingTaskCount: number
} {
  const tasks = serviceTasks(world, service).filter(isOf({ revisionArn: arn }))
  const { runningCount, pendingCount } = countsOf(tasks)
  const isPrimary = service.deployments[0]?.revisionArn === arn
  const wanted = tasks.filter(({ desiredStatus }) => desiredStatus === 'RUNNING').length
  return {
    requestedTaskCount: isPrimary ? service.desiredCount : wanted,
    runningTaskCount: runningCount,
    pendingTaskCount: pendingCount,
  }
}
