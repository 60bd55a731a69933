import { pageOf } from '../../page-of.ts'
import { AwsError } from '../../wire/aws-error.ts'
import type { ecs, EcsHandlers } from '../../wire/handlers.ts'
import { update as change } from '../update.ts'
import type { World } from '../../world.ts'
import { arn } from '../arn.ts'
import {
  activeServiceNamed,
  clusterNamed,
  runnableTaskDefinition,
  serviceArnOf,
  serviceNamed,
} from '../lookup.ts'
import { say } from '../say.ts'
import { ongoingDeployment } from '../service/ongoing-deployment.ts'
import { openDeployment } from '../service/open-deployment.ts'
import type { RevisionSettings, ServiceRecord } from '../state.ts'
import { serviceView } from '../views/service-view.ts'
import { notice, wakeService } from '../wake-service.ts'
import { atMost } from './at-most.ts'
import { checkService } from './check-service.ts'
import type { Immediate } from '../immediate.ts'

type Operation = 'CreateService' | 'UpdateService' | 'DeleteService' | 'ListServices' | 'DescribeServices'

export function serviceHandlers(world: World): Immediate<EcsHandlers, Operation> {
  const { services } = world.state.ecs
  return {
    CreateService: input => ({ service: create(world, input) }),
    UpdateService: input => ({ service: update(world, input) }),
    DeleteService: ({ cluster, service: name, force = false }) => {
      const service = serviceNamed(world, { cluster, service: name })
      if (service.status === 'INACTIVE') throw new AwsError('ServiceNotFoundException', 'Service not found.')
      if (!force && service.desiredCount > 0) {
        throw new AwsError(
          'InvalidParameterException',
          'The service cannot be stopped while it is scaled above 0.',
        )
      }
      remove(world, service)
      return { service: serviceView(world, service) }
    },
    ListServices: input => {
      const { maxResults = 10, nextToken: token, launchType, schedulingStrategy } = input
      const cluster = clusterNamed(world, input.cluster)
      const arns = Object.values(services)
        .filter(service => service.clusterArn === cluster.arn && service.status !== 'INACTIVE')
        .filter(service => launchType === undefined || service.settings.launchType === launchType)
        .filter(
          service => schedulingStrategy === undefined || service.schedulingStrategy === schedulingStrategy,
        )
        .map(service => service.arn)
      const { page, nextToken } = pageOf(arns, {
        token,
        size: maxResults,
        largest: 100,
        invalidToken: 'InvalidParameterException',
      })
      return { serviceArns: [...page], nextToken }
    },
    DescribeServices: ({ cluster: clusterName, services: names = [], include = [] }) => {
      if (names.length === 0) throw new AwsError('InvalidParameterException', 'Services cannot be empty.')
      atMost(10, names, 'services')
      const cluster = clusterNamed(world, clusterName)
      const arns = names.map(name => serviceArnOf(world, cluster, name))
      return {
        services: arns.flatMap(arn => {
          const service = services[arn]
          if (service === undefined) return []
          const tags = include.includes('TAGS') ? { tags: [...service.tags] } : {}
          return { ...readView(world, service), ...tags }
        }),
        failures: arns.flatMap(arn => (services[arn] === undefined ? { arn, reason: 'MISSING' } : [])),
      }
    },
  }
}

function create(world: World, input: ecs.CreateServiceRequest): ecs.Service {
  const cluster = clusterNamed(world, input.cluster)
  const name = input.serviceName ?? ''
  const serviceArn = arn(world, `service/${cluster.name}/${name}`)
  const known = world.state.ecs.services[serviceArn]
  if (known?.status === 'DRAINING') {
    throw new AwsError('InvalidParameterException', 'Unable to Start a service that is still Draining.')
  }
  if (known?.status === 'ACTIVE') {
    if (input.clientToken !== undefined && input.clientToken === known.clientToken)
      return serviceView(world, known)
    throw new AwsError('InvalidParameterException', 'Creation of service was not idempotent.')
  }
  checkService(world, input)
  const service = newService(world, { input, arn: serviceArn, name, cluster })
  world.state.ecs.services[serviceArn] = service
  // What the service's former life left behind is gone with it, as its history is on AWS.
  forget(world, serviceArn)
  if (service.deploymentController !== 'EXTERNAL' && service.schedulingStrategy === 'REPLICA') {
    openDeployment(world, { service, at: world.clock.now() })
  }
  return { ...serviceView(world, service), tags: [...service.tags] }
}

type NewService = {
  readonly input: ecs.CreateServiceRequest
  readonly arn: string
  readonly name: string
  readonly cluster: { readonly arn: string; readonly name: string }
}

function newService(world: World, { input, arn, name, cluster }: NewService): ServiceRecord {
  const controller = input.deploymentController?.type ?? 'ECS'
  const taskDefinition =
    input.taskDefinition === undefined ? '' : runnableTaskDefinition(world, input.taskDefinition).arn
  const usesProviders = input.capacityProviderStrategy !== undefined
  return structuredClone({
    arn,
    name,
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    createdAt: world.clock.now(),
    createdBy: `arn:aws:sts::${world.account}:assumed-role/sandbox/sandbox`,
    status: 'ACTIVE',
    settings: {
      taskDefinition,
      launchType: usesProviders ? undefined : (input.launchType ?? 'EC2'),
      capacityProviderStrategy: input.capacityProviderStrategy,
      platformVersion: input.platformVersion,
      networkConfiguration: input.networkConfiguration,
      loadBalancers: input.loadBalancers ?? [],
      serviceRegistries: input.serviceRegistries ?? [],
      serviceConnectConfiguration: input.serviceConnectConfiguration,
      volumeConfigurations: input.volumeConfigurations,
      vpcLatticeConfigurations: input.vpcLatticeConfigurations,
    },
    desiredCount: input.desiredCount ?? 0,
    schedulingStrategy: input.schedulingStrategy ?? 'REPLICA',
    deploymentController: controller,
    deploymentConfiguration: withDefaults(input.deploymentConfiguration),
    healthCheckGracePeriodSeconds:
      input.healthCheckGracePeriodSeconds ?? ((input.loadBalancers ?? []).length > 0 ? 0 : undefined),
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    propagateTags: input.propagateTags ?? 'NONE',
    availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? 'ENABLED',
    clientToken: input.clientToken,
    tags: input.tags ?? [],
    events: [],
    deployments: [],
    launchFailures: 0,
    nextLaunchAt: 0,
    steady: false,
    stuckReported: false,
  } satisfies ServiceRecord)
}

/** The API's own defaults; CDK's differ. */
function withDefaults(configuration: ecs.DeploymentConfiguration = {}): ecs.DeploymentConfiguration {
  return {
    strategy: 'ROLLING',
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    bakeTimeInMinutes: 0,
    ...configuration,
    // AWS drops the settings of another strategy without a word.
    canaryConfiguration:
      configuration.strategy === 'CANARY'
        ? { canaryPercent: 5, canaryBakeTimeInMinutes: 10, ...configuration.canaryConfiguration }
        : undefined,
    linearConfiguration:
      configuration.strategy === 'LINEAR'
        ? { stepPercent: 10, stepBakeTimeInMinutes: 6, ...configuration.linearConfiguration }
        : undefined,
    deploymentCircuitBreaker: {
      enable: false,
      rollback: false,
      resetOnHealthyTask: true,
      thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
      ...configuration.deploymentCircuitBreaker,
    },
  }
}

function update(world: World, input: ecs.UpdateServiceRequest): ecs.Service {
  const service = activeServiceNamed(world, input)
  const at = world.clock.now()
  checkService(world, input, service)
  const before = JSON.stringify(serviceView(world, service))
  const settings = changed(world, { service, input })
  const isNew =
    input.forceNewDeployment === true || JSON.stringify(settings) !== JSON.stringify(service.settings)
  service.settings = settings
  service.desiredCount = input.desiredCount ?? service.desiredCount
  if (input.deploymentConfiguration !== undefined) {
    const merged = { ...service.deploymentConfiguration, ...structuredClone(input.deploymentConfiguration) }
    service.deploymentConfiguration = withDefaults(merged)
  }
  service.deploymentController = input.deploymentController?.type ?? service.deploymentController
  service.healthCheckGracePeriodSeconds =
    input.healthCheckGracePeriodSeconds ?? service.healthCheckGracePeriodSeconds
  service.enableExecuteCommand = input.enableExecuteCommand ?? service.enableExecuteCommand
  service.enableECSManagedTags = input.enableECSManagedTags ?? service.enableECSManagedTags
  service.propagateTags = input.propagateTags ?? service.propagateTags
  if (isNew && service.deploymentController === 'ECS') openDeployment(world, { service, at })
  else notice(world, { serviceArn: service.arn, at })
  const { staleReadsAfterUpdateMs } = world.state.ecs.consistency
  if (staleReadsAfterUpdateMs > 0) service.stale = { until: at + staleReadsAfterUpdateMs, service: before }
  // AWS does not tell the new service deployment here: https://github.com/aws/containers-roadmap/issues/2709
  return { ...serviceView(world, service), currentServiceDeployment: undefined, tags: [...service.tags] }
}

/** The fields that trigger a deployment, as they are after the update. An empty list takes away; absent keeps. */
function changed(
  world: World,
  { service, input }: { readonly service: ServiceRecord; readonly input: ecs.UpdateServiceRequest },
): RevisionSettings {
  const { settings } = service
  const usesProviders =
    input.capacityProviderStrategy !== undefined && input.capacityProviderStrategy.length > 0
  return structuredClone({
    ...settings,
    taskDefinition:
      input.taskDefinition === undefined
        ? settings.taskDefinition
        : runnableTaskDefinition(world, input.taskDefinition).arn,
    launchType: usesProviders ? undefined : settings.launchType,
    capacityProviderStrategy: usesProviders
      ? input.capacityProviderStrategy
      : settings.capacityProviderStrategy,
    platformVersion: input.platformVersion ?? settings.platformVersion,
    networkConfiguration: input.networkConfiguration ?? settings.networkConfiguration,
    loadBalancers: input.loadBalancers ?? settings.loadBalancers,
    serviceRegistries: input.serviceRegistries ?? settings.serviceRegistries,
    serviceConnectConfiguration: input.serviceConnectConfiguration ?? settings.serviceConnectConfiguration,
    volumeConfigurations: input.volumeConfigurations ?? settings.volumeConfigurations,
    vpcLatticeConfigurations: input.vpcLatticeConfigurations ?? settings.vpcLatticeConfigurations,
  })
}

function remove(world: World, service: ServiceRecord): void {
  const at = world.clock.now()
  service.status = 'DRAINING'
  service.desiredCount = 0
  const ongoing = ongoingDeployment(world, service)
  if (ongoing !== undefined)
    change(ongoing, { status: 'STOPPED', stoppedAt: at, finishedAt: at, updatedAt: at })
  say(world, { service, at, text: 'has begun draining.' })
  wakeService(world, { serviceArn: service.arn, at })
}

/** Service deployments and revisions go with their service. */
function forget({ state }: World, serviceArn: string): void {
  for (const records of [state.ecs.serviceDeployments, state.ecs.serviceRevisions]) {
    for (const [arn, record] of Object.entries(records))
      if (record.serviceArn === serviceArn) delete records[arn]
  }
}

/** What a read shows: for a while, if a test says so, the service as it was before its update. */
function readView(world: World, service: ServiceRecord): ecs.Service {
  const { stale } = service
  if (stale === undefined || world.clock.now() >= stale.until) return serviceView(world, service)
  const before: ecs.Service = JSON.parse(stale.service, (key, value: unknown) =>
    key.endsWith('At') && typeof value === 'string' ? new Date(value) : value,
  )
  return before
}
