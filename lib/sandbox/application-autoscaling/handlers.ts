import { createHash } from 'node:crypto'
import { serviceHandlers } from '../ecs/handlers/service-handlers.ts'
import { serviceNamed } from '../ecs/lookup.ts'
import type { ServiceRecord } from '../ecs/state.ts'
import { pageOf } from '../page-of.ts'
import { AwsError } from '../wire/aws-error.ts'
import type { ApplicationAutoScalingHandlers, applicationAutoScaling } from '../wire/handlers.ts'
import type { World } from '../world.ts'
import type { ScalableTargetRecord, ScalingPolicyRecord } from './state.ts'

/** AWS Application Auto Scaling, for the desired counts of ECS services: it keeps what it is told, and no metric ever moves a service. */
export function scalingHandlers(world: World): ApplicationAutoScalingHandlers {
  const { scaling: state } = world.state
  return {
    RegisterScalableTarget: input => {
      const resourceId = resourceOf(input)
      const service = serviceOf(world, resourceId)
      const target = registered(world, resourceId, input)
      state.targets[resourceId] = target
      bringWithinBounds(world, service, target)
      return { ScalableTargetARN: target.arn }
    },

    DeregisterScalableTarget: input => {
      const { resourceId } = targetOf(world, input)
      delete state.targets[resourceId]
      return {}
    },

    DescribeScalableTargets: ({
      ServiceNamespace,
      ResourceIds,
      ScalableDimension,
      MaxResults,
      NextToken,
    }) => {
      if (ScalableDimension !== undefined && ResourceIds === undefined)
        throw invalid('If you specify a scalable dimension, you must also specify a resource ID')
      const found = Object.values(state.targets)
        .filter(() => ServiceNamespace === 'ecs')
        .filter(({ resourceId }) => ResourceIds?.includes(resourceId) ?? true)
        .map(targetView)
      const { page, nextToken } = paged(found, { MaxResults, NextToken })
      return { ScalableTargets: [...page], NextToken: nextToken }
    },

    PutScalingPolicy: input => {
      const target = targetOf(world, input)
      const { PolicyName: name = '' } = input
      const known = target.policies[name]
      const policy = {
        arn: known?.arn ?? policyArn(world, target, name),
        createdAt: known?.createdAt ?? world.clock.now(),
        settings: structuredClone(input),
      }
      target.policies[name] = policy
      return { PolicyARN: policy.arn, Alarms: [] }
    },

    DeleteScalingPolicy: input => {
      const { policies } = targetOf(world, input)
      const { PolicyName: name = '' } = input
      if (policies[name] === undefined)
        throw new AwsError(
          'ObjectNotFoundException',
          `No scaling policy found for ${identityOf(input)}, policy name: ${name}`,
        )
      delete policies[name]
      return {}
    },

    DescribeScalingPolicies: ({ ServiceNamespace, ResourceId, PolicyNames, MaxResults, NextToken }) => {
      const found = Object.values(state.targets)
        .filter(() => ServiceNamespace === 'ecs')
        .filter(({ resourceId }) => ResourceId === undefined || resourceId === ResourceId)
        .flatMap(({ policies }) => Object.values(policies))
        .filter(({ settings }) => PolicyNames?.includes(settings.PolicyName ?? '') ?? true)
        .map(policyView)
      const { page, nextToken } = paged(found, { MaxResults, NextToken })
      return { ScalingPolicies: [...page], NextToken: nextToken }
    },
  }
}

const dimension = 'ecs:service:DesiredCount'

type Identity = Pick<
  applicationAutoScaling.RegisterScalableTargetRequest,
  'ServiceNamespace' | 'ResourceId' | 'ScalableDimension'
>

function resourceOf({ ServiceNamespace, ResourceId = '', ScalableDimension }: Identity): string {
  if (ServiceNamespace !== 'ecs') throw invalid('The sandbox scales nothing but services of ECS.')
  if (ScalableDimension !== dimension || !/^service\/[^/]+\/[^/]+$/.test(ResourceId))
    throw invalid(
      `Unsupported service namespace, resource type or scalable dimension: ${identityOf({ ServiceNamespace, ResourceId, ScalableDimension })}`,
    )
  return ResourceId
}

function serviceOf(world: World, resourceId: string): ServiceRecord {
  const [, cluster = '', service = ''] = resourceId.split('/')
  try {
    return serviceNamed(world, { cluster, service })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw invalid(`ECS service doesn't exist: ${resourceId}`)
  }
}

/** As it is after the request: what the request leaves out stays. */
function registered(
  { account, region, clock, state }: World,
  resourceId: string,
  input: applicationAutoScaling.RegisterScalableTargetRequest,
): ScalableTargetRecord {
  const known = state.scaling.targets[resourceId]
  const min = input.MinCapacity ?? known?.min
  const max = input.MaxCapacity ?? known?.max
  if (min === undefined || max === undefined)
    throw invalid('Min capacity and max capacity cannot be null when registering a new scalable target')
  if (min < 0 || max < 0) throw invalid('Min capacity and max capacity must be at least 0')
  if (max < min) throw invalid('Maximum capacity cannot be less than minimum capacity')
  const id = createHash('sha256').update(resourceId).digest('hex').slice(0, 36)
  const { DynamicScalingInSuspended, DynamicScalingOutSuspended, ScheduledScalingSuspended } =
    input.SuspendedState ?? {}
  const before = known?.suspended
  return {
    resourceId,
    arn: `arn:aws:application-autoscaling:${region}:${account}:scalable-target/${id}`,
    role:
      input.RoleARN ??
      known?.role ??
      `arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
    createdAt: known?.createdAt ?? clock.now(),
    min,
    max,
    suspended: {
      DynamicScalingInSuspended: DynamicScalingInSuspended ?? before?.DynamicScalingInSuspended ?? false,
      DynamicScalingOutSuspended: DynamicScalingOutSuspended ?? before?.DynamicScalingOutSuspended ?? false,
      ScheduledScalingSuspended: ScheduledScalingSuspended ?? before?.ScheduledScalingSuspended ?? false,
    },
    policies: known?.policies ?? {},
  }
}

/** Also where the request changes neither bound, and while scaling is suspended. */
function bringWithinBounds(world: World, service: ServiceRecord, { min, max }: ScalableTargetRecord): void {
  const within = Math.min(Math.max(service.desiredCount, min), max)
  if (service.status !== 'ACTIVE' || within === service.desiredCount) return
  const { UpdateService } = serviceHandlers(world)
  UpdateService({ cluster: service.clusterName, service: service.name, desiredCount: within })
}

function targetOf(world: World, identity: Identity): ScalableTargetRecord {
  const target = world.state.scaling.targets[resourceOf(identity)]
  if (target !== undefined) return target
  throw new AwsError('ObjectNotFoundException', `No scalable target found for ${identityOf(identity)}`)
}

function identityOf({ ServiceNamespace, ResourceId, ScalableDimension }: Identity): string {
  return `service namespace: ${ServiceNamespace}, resource ID: ${ResourceId}, scalable dimension: ${ScalableDimension}`
}

function policyArn(
  { account, region }: World,
  { arn, resourceId }: ScalableTargetRecord,
  name: string,
): string {
  const id = arn.slice(arn.lastIndexOf('/') + 1)
  return `arn:aws:autoscaling:${region}:${account}:scalingPolicy:${id}:resource/ecs/${resourceId}:policyName/${name}`
}

function targetView(target: ScalableTargetRecord): applicationAutoScaling.ScalableTarget {
  return {
    ServiceNamespace: 'ecs',
    ResourceId: target.resourceId,
    ScalableDimension: dimension,
    MinCapacity: target.min,
    MaxCapacity: target.max,
    RoleARN: target.role,
    CreationTime: new Date(target.createdAt),
    SuspendedState: { ...target.suspended },
    ScalableTargetARN: target.arn,
  }
}

function policyView({ arn, createdAt, settings }: ScalingPolicyRecord): applicationAutoScaling.ScalingPolicy {
  return {
    PolicyARN: arn,
    PolicyName: settings.PolicyName,
    ServiceNamespace: settings.ServiceNamespace,
    ResourceId: settings.ResourceId,
    ScalableDimension: settings.ScalableDimension,
    PolicyType: settings.PolicyType ?? 'StepScaling',
    StepScalingPolicyConfiguration: settings.StepScalingPolicyConfiguration,
    TargetTrackingScalingPolicyConfiguration: settings.TargetTrackingScalingPolicyConfiguration,
    Alarms: [],
    CreationTime: new Date(createdAt),
  }
}

function paged<T>(
  items: readonly T[],
  { MaxResults, NextToken }: { readonly MaxResults?: number; readonly NextToken?: string },
): { readonly page: readonly T[]; readonly nextToken?: string } {
  return pageOf(items, {
    token: NextToken,
    size: MaxResults ?? 50,
    largest: 50,
    invalidToken: 'InvalidNextTokenException',
  })
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message)
}
