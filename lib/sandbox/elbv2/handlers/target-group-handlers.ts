import { pageOf } from '../../page-of.ts'
import { AwsError } from '../../wire/aws-error.ts'
import type { elbv2, Elbv2Handlers } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import { deregisterTarget } from '../deregister-target.ts'
import { elbArn, elbId } from '../elb-arn.ts'
import { loadBalancerWith, targetGroupWith } from '../lookup.ts'
import { registerTarget } from '../register-target.ts'
import { rememberTags } from '../remember-tags.ts'
import type { HealthCheck, TargetGroupRecord } from '../state.ts'
import { isInUse, loadBalancersOf, targetHealth } from '../target-health.ts'
import type { Immediate } from '../../ecs/immediate.ts'

type Operation =
  | 'CreateTargetGroup'
  | 'DescribeTargetGroups'
  | 'ModifyTargetGroup'
  | 'DeleteTargetGroup'
  | 'DescribeTargetGroupAttributes'
  | 'ModifyTargetGroupAttributes'
  | 'RegisterTargets'
  | 'DeregisterTargets'
  | 'DescribeTargetHealth'

export function targetGroupHandlers(world: World): Immediate<Elbv2Handlers, Operation> {
  const { elbv2 } = world.state
  return {
    CreateTargetGroup: input => ({ TargetGroups: [view(world, create(world, input))] }),
    DescribeTargetGroups: ({ LoadBalancerArn, TargetGroupArns, Names, Marker: token, PageSize: size }) => {
      const found = selected(world, { LoadBalancerArn, TargetGroupArns, Names })
      const { page, nextToken } = pageOf(found, {
        token,
        size,
        largest: 400,
        invalidToken: 'ValidationError',
      })
      return { TargetGroups: page.map(group => view(world, group)), NextMarker: nextToken }
    },
    ModifyTargetGroup: input => {
      const group = targetGroupWith(world, input.TargetGroupArn)
      group.healthCheck = healthCheckOf(input, group.healthCheck)
      return { TargetGroups: [view(world, group)] }
    },
    DeleteTargetGroup: ({ TargetGroupArn: arn = '' }) => {
      if (isInUse(elbv2, arn)) {
        throw new AwsError(
          'ResourceInUseException',
          `Target group '${arn}' is currently in use by a listener or a rule`,
        )
      }
      delete elbv2.targetGroups[arn]
      return {}
    },
    DescribeTargetGroupAttributes: ({ TargetGroupArn }) => ({
      Attributes: attributesView(targetGroupWith(world, TargetGroupArn)),
    }),
    ModifyTargetGroupAttributes: ({ TargetGroupArn, Attributes = [] }) => {
      const group = targetGroupWith(world, TargetGroupArn)
      for (const { Key = '', Value = '' } of Attributes) {
        if (group.attributes[Key] === undefined) {
          throw new AwsError(
            'InvalidConfigurationRequestException',
            `Target group attribute key '${Key}' is not recognized`,
          )
        }
        group.attributes[Key] = Value
      }
      return { Attributes: attributesView(group) }
    },
    RegisterTargets: ({ TargetGroupArn, Targets = [] }) => {
      const group = targetGroupWith(world, TargetGroupArn)
      for (const { Id: id = '', Port: port = group.port } of Targets) {
        // Nothing answers at an address that is not a task's: the sandbox runs no programs.
        registerTarget(world, {
          targetGroupArn: group.arn,
          id,
          port,
          at: world.clock.now(),
          failure: 'timeout',
        })
      }
      return {}
    },
    DeregisterTargets: ({ TargetGroupArn, Targets = [] }) => {
      const group = targetGroupWith(world, TargetGroupArn)
      for (const { Id: id = '', Port } of Targets) {
        const ports =
          Port === undefined ? group.targets.filter(it => it.id === id).map(it => it.port) : [Port]
        for (const port of ports)
          deregisterTarget(world, { targetGroupArn: group.arn, id, port, at: world.clock.now() })
      }
      return {}
    },
    DescribeTargetHealth: ({ TargetGroupArn, Targets }) => ({
      TargetHealthDescriptions: healthDescriptions(world, {
        group: targetGroupWith(world, TargetGroupArn),
        targets: Targets,
      }),
    }),
  }
}

function create(world: World, input: elbv2.CreateTargetGroupInput): TargetGroupRecord {
  const {
    Name: name = '',
    Protocol: protocol = 'HTTP',
    Port: port = 80,
    VpcId: vpcId = 'vpc-0sandbox',
  } = input
  if (!/^(?!-)[\dA-Za-z-]{1,32}(?<!-)$/.test(name)) {
    throw new AwsError(
      'ValidationError',
      `Target group name '${name}' must be 1 to 32 letters, digits or hyphens`,
    )
  }
  if (Object.values(world.state.elbv2.targetGroups).some(group => group.name === name)) {
    throw new AwsError(
      'DuplicateTargetGroupNameException',
      `A target group with the same name '${name}' exists, but with different settings`,
    )
  }
  const group: TargetGroupRecord = {
    arn: elbArn(world, `targetgroup/${name}/${elbId(world)}`),
    name,
    protocol,
    port,
    vpcId,
    targetType: input.TargetType ?? 'instance',
    healthCheck: healthCheckOf(input, { ...defaultHealthCheck, protocol }),
    attributes: { ...defaultAttributes },
    targets: [],
  }
  world.state.elbv2.targetGroups[group.arn] = group
  rememberTags(world, group.arn, input.Tags)
  return group
}

/** The API's own defaults. */
const defaultHealthCheck = {
  enabled: true,
  port: 'traffic-port',
  path: '/',
  matcher: '200',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
}

const defaultAttributes = {
  'deregistration_delay.timeout_seconds': '300',
  'stickiness.enabled': 'false',
  'stickiness.type': 'lb_cookie',
  'stickiness.lb_cookie.duration_seconds': '86400',
  'stickiness.app_cookie.cookie_name': '',
  'stickiness.app_cookie.duration_seconds': '86400',
  'slow_start.duration_seconds': '0',
  'load_balancing.algorithm.type': 'round_robin',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
}

type HealthCheckInput = Partial<elbv2.ModifyTargetGroupInput>

function healthCheckOf(input: HealthCheckInput, before: HealthCheck): HealthCheck {
  const check = {
    enabled: input.HealthCheckEnabled ?? before.enabled,
    protocol: input.HealthCheckProtocol ?? before.protocol,
    port: input.HealthCheckPort ?? before.port,
    path: input.HealthCheckPath ?? before.path,
    matcher: input.Matcher?.HttpCode ?? before.matcher,
    intervalSeconds: input.HealthCheckIntervalSeconds ?? before.intervalSeconds,
    timeoutSeconds: input.HealthCheckTimeoutSeconds ?? before.timeoutSeconds,
    healthyThreshold: input.HealthyThresholdCount ?? before.healthyThreshold,
    unhealthyThreshold: input.UnhealthyThresholdCount ?? before.unhealthyThreshold,
  }
  within(check.intervalSeconds, { name: 'Health check interval', from: 5, to: 300 })
  within(check.healthyThreshold, { name: 'Healthy threshold count', from: 2, to: 10 })
  within(check.unhealthyThreshold, { name: 'Unhealthy threshold count', from: 2, to: 10 })
  if (check.timeoutSeconds >= check.intervalSeconds) {
    throw new AwsError('ValidationError', 'Health check interval must be greater than the timeout.')
  }
  return check
}

function within(
  value: number,
  { name, from, to }: { readonly name: string; readonly from: number; readonly to: number },
): void {
  if (value >= from && value <= to) return
  throw new AwsError('ValidationError', `${name} '${value}' must be between '${from}' and '${to}' inclusive`)
}

function selected(
  world: World,
  { LoadBalancerArn, TargetGroupArns, Names }: elbv2.DescribeTargetGroupsInput,
): readonly TargetGroupRecord[] {
  const all = Object.values(world.state.elbv2.targetGroups)
  if (TargetGroupArns !== undefined) return TargetGroupArns.map(arn => targetGroupWith(world, arn))
  if (Names !== undefined) {
    const found = all.filter(({ name }) => Names.includes(name))
    if (found.length === Names.length) return found
    throw new AwsError('TargetGroupNotFoundException', 'One or more target groups not found')
  }
  if (LoadBalancerArn === undefined) return all
  const { arn } = loadBalancerWith(world, LoadBalancerArn)
  return all.filter(group => loadBalancersOf(world.state.elbv2, group.arn).includes(arn))
}

function view({ state }: World, group: TargetGroupRecord): elbv2.TargetGroup {
  const { healthCheck } = group
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    ProtocolVersion: 'HTTP1',
    Port: group.port,
    VpcId: group.vpcId,
    TargetType: group.targetType,
    IpAddressType: 'ipv4',
    HealthCheckEnabled: healthCheck.enabled,
    HealthCheckProtocol: healthCheck.protocol,
    HealthCheckPort: healthCheck.port,
    HealthCheckPath: healthCheck.path,
    Matcher: { HttpCode: healthCheck.matcher },
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    LoadBalancerArns: [...loadBalancersOf(state.elbv2, group.arn)],
  }
}

function attributesView({ attributes }: TargetGroupRecord): elbv2.TargetGroupAttribute[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }))
}

type HealthOptions = {
  readonly group: TargetGroupRecord
  /** Those asked for; all registered ones if none is named. */
  readonly targets?: readonly elbv2.TargetDescription[]
}

function healthDescriptions(
  world: World,
  { group, targets }: HealthOptions,
): elbv2.TargetHealthDescription[] {
  const at = world.clock.now()
  const registered = group.targets.filter(({ goneAt = Infinity }) => goneAt > at)
  const described = registered.map(target => ({
    Target: { Id: target.id, Port: target.port },
    HealthCheckPort: group.healthCheck.port === 'traffic-port' ? String(target.port) : group.healthCheck.port,
    TargetHealth: targetHealth({ state: world.state.elbv2, group, target, at }),
  }))
  if (targets === undefined) return described
  return targets.map(({ Id, Port = group.port }) => {
    const known = described.find(({ Target }) => Target.Id === Id && Target.Port === Port)
    return known ?? { Target: { Id, Port }, TargetHealth: notRegistered }
  })
}

const notRegistered: elbv2.TargetHealth = {
  State: 'unused',
  Reason: 'Target.NotRegistered',
  Description: 'Target is not registered to the target group',
}
