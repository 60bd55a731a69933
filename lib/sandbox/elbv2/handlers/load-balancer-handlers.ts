import { pageOf } from '../../page-of.ts'
import { AwsError } from '../../wire/aws-error.ts'
import type { elbv2, Elbv2Handlers } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import { address } from '../address.ts'
import { elbArn, elbId } from '../elb-arn.ts'
import { listenerWith, loadBalancerWith } from '../lookup.ts'
import { rememberTags } from '../remember-tags.ts'
import type { ListenerRecord, LoadBalancerRecord } from '../state.ts'
import { normalActions } from '../normal-actions.ts'
import { defaultRuleOf } from '../default-rule-of.ts'
import type { Immediate } from '../../ecs/immediate.ts'

type Operation =
  | 'CreateLoadBalancer'
  | 'DescribeLoadBalancers'
  | 'DeleteLoadBalancer'
  | 'CreateListener'
  | 'DescribeListeners'
  | 'DeleteListener'

const largest = 400
const invalidToken = 'ValidationError'

export type LoadBalancerOptions = {
  /** Where the sandbox listens: part of every load balancer's name. @default - nowhere (yet) */
  readonly port?: () => number | undefined
}

export function loadBalancerHandlers(
  world: World,
  { port = () => undefined }: LoadBalancerOptions = {},
): Immediate<Elbv2Handlers, Operation> {
  const { elbv2 } = world.state
  const view = (record: LoadBalancerRecord) => loadBalancerView(record, port())
  return {
    CreateLoadBalancer: input => ({ LoadBalancers: [view(createLoadBalancer(world, input))] }),
    DescribeLoadBalancers: ({ LoadBalancerArns, Names, Marker: token, PageSize: size }) => {
      const all = Object.values(elbv2.loadBalancers)
      for (const name of Names ?? []) {
        if (!all.some(it => it.name === name)) {
          throw new AwsError('LoadBalancerNotFoundException', `Load balancers '[${name}]' not found`)
        }
      }
      const found =
        LoadBalancerArns === undefined
          ? all.filter(it => Names === undefined || Names.includes(it.name))
          : LoadBalancerArns.map(arn => loadBalancerWith(world, arn))
      const { page, nextToken } = pageOf(found, { token, size, largest, invalidToken })
      return { LoadBalancers: page.map(view), NextMarker: nextToken }
    },
    DeleteLoadBalancer: ({ LoadBalancerArn: arn = '' }) => {
      for (const listener of Object.values(elbv2.listeners)) {
        if (listener.loadBalancerArn === arn) deleteListener(world, listener)
      }
      delete elbv2.loadBalancers[arn]
      return {}
    },
    CreateListener: input => {
      const listener = createListener(world, input)
      return { Listeners: [listenerView(world, listener)] }
    },
    DescribeListeners: ({ LoadBalancerArn, ListenerArns, Marker: token, PageSize: size }) => {
      if (LoadBalancerArn === undefined && ListenerArns === undefined) {
        throw new AwsError('ValidationError', 'You must specify either listener ARNs or a load balancer ARN')
      }
      const found =
        ListenerArns?.map(arn => listenerWith(world, arn)) ??
        Object.values(elbv2.listeners).filter(
          ({ loadBalancerArn }) => loadBalancerArn === loadBalancerWith(world, LoadBalancerArn).arn,
        )
      const { page, nextToken } = pageOf(found, { token, size, largest, invalidToken })
      return { Listeners: page.map(listener => listenerView(world, listener)), NextMarker: nextToken }
    },
    DeleteListener: ({ ListenerArn }) => {
      deleteListener(world, listenerWith(world, ListenerArn))
      return {}
    },
  }
}

function createLoadBalancer(world: World, input: elbv2.CreateLoadBalancerInput): LoadBalancerRecord {
  const { Name: name = '', Scheme: scheme = 'internet-facing', Type: type = 'application' } = input
  const known = Object.values(world.state.elbv2.loadBalancers).find(it => it.name === name)
  if (known !== undefined) {
    throw new AwsError(
      'DuplicateLoadBalancerNameException',
      `A load balancer with the same name '${name}' exists, but with different settings`,
    )
  }
  const kind = type === 'network' ? 'net' : type === 'gateway' ? 'gwy' : 'app'
  const record: LoadBalancerRecord = {
    arn: elbArn(world, `loadbalancer/${kind}/${name}/${elbId(world)}`),
    name,
    scheme,
    type,
    vpcId: 'vpc-0sandbox',
    subnets: input.Subnets ?? (input.SubnetMappings ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
    securityGroups: input.SecurityGroups ?? [],
    createdAt: world.clock.now(),
  }
  world.state.elbv2.loadBalancers[record.arn] = record
  rememberTags(world, record.arn, input.Tags)
  return record
}

function loadBalancerView(record: LoadBalancerRecord, port: number | undefined): elbv2.LoadBalancer {
  const region = record.arn.split(':')[3] ?? ''
  return {
    LoadBalancerArn: record.arn,
    LoadBalancerName: record.name,
    DNSName: address(record, port),
    CanonicalHostedZoneId: 'Z0SANDBOX',
    CreatedTime: new Date(record.createdAt),
    Scheme: record.scheme,
    VpcId: record.vpcId,
    State: { Code: 'active' },
    Type: record.type,
    IpAddressType: 'ipv4',
    SecurityGroups: [...record.securityGroups],
    AvailabilityZones: record.subnets.map((SubnetId, index) => ({
      ZoneName: `${region}${'abc'[index % 3]}`,
      SubnetId,
      LoadBalancerAddresses: [],
    })),
  }
}

function createListener(world: World, input: elbv2.CreateListenerInput): ListenerRecord {
  const { arn: loadBalancerArn } = loadBalancerWith(world, input.LoadBalancerArn)
  const { Port: port = 80, Protocol: protocol = 'HTTP', Certificates: certificates = [] } = input
  const siblings = Object.values(world.state.elbv2.listeners).filter(
    it => it.loadBalancerArn === loadBalancerArn,
  )
  if (siblings.some(it => it.port === port)) {
    throw new AwsError(
      'DuplicateListenerException',
      'A listener already exists on this port for this load balancer',
    )
  }
  const actions = normalActions(world, input.DefaultActions)
  const path = loadBalancerArn.slice(loadBalancerArn.indexOf('loadbalancer/') + 'loadbalancer/'.length)
  const listener: ListenerRecord = {
    arn: elbArn(world, `listener/${path}/${elbId(world)}`),
    loadBalancerArn,
    port,
    protocol,
    certificates: structuredClone(certificates),
  }
  world.state.elbv2.listeners[listener.arn] = listener
  const ruleArn = `${listener.arn.replace(':listener/', ':listener-rule/')}/${elbId(world)}`
  world.state.elbv2.rules[ruleArn] = {
    arn: ruleArn,
    listenerArn: listener.arn,
    priority: 'default',
    conditions: [],
    actions,
    transforms: [],
  }
  rememberTags(world, listener.arn, input.Tags)
  return listener
}

function listenerView(world: World, listener: ListenerRecord): elbv2.Listener {
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.port,
    Protocol: listener.protocol,
    Certificates: [...listener.certificates],
    DefaultActions: [...defaultRuleOf(world, listener.arn).actions],
  }
}

function deleteListener({ state }: World, { arn }: ListenerRecord): void {
  for (const rule of Object.values(state.elbv2.rules))
    if (rule.listenerArn === arn) delete state.elbv2.rules[rule.arn]
  delete state.elbv2.listeners[arn]
}
