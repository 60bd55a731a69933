import { describe, expect, it } from 'vitest'
import { TestWorld } from '../ecs/test-world.ts'

const named = (name: string): unknown => expect.objectContaining({ name })

function healthOf(world: TestWorld, TargetGroupArn: string, Targets?: { Id: string; Port: number }[]) {
  const { TargetHealthDescriptions = [] } = world.elb.DescribeTargetHealth({ TargetGroupArn, Targets })
  return TargetHealthDescriptions.map(({ TargetHealth }) => [TargetHealth?.State, TargetHealth?.Reason])
}

describe('the health of a target', () => {
  it('goes from initial to healthy and to draining, and then it is gone', () => {
    const world = new TestWorld()
    const targetGroupArn = world.balance()
    world.serve({
      taskDefinition: world.release('ok'),
      loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8080 }],
    })
    const seen: unknown[] = []
    const look = () => {
      const [health = ['gone']] = healthOf(world, targetGroupArn)
      if (JSON.stringify(seen.at(-1)) !== JSON.stringify(health)) seen.push(health)
      return health
    }

    world.until(() => look()[0] === 'healthy')
    world.update({ desiredCount: 0 })
    world.until(() => look()[0] === 'gone')

    expect(seen).toEqual([
      ['gone'],
      ['initial', 'Elb.RegistrationInProgress'],
      ['healthy', undefined],
      ['draining', 'Target.DeregistrationInProgress'],
      ['gone'],
    ])
  })

  it.each([
    ['unhealthy', 'Target.ResponseCodeMismatch'],
    ['slow', 'Target.FailedHealthChecks'],
  ] as const)('of an image that is %s is unhealthy because of %s', (behaviour, reason) => {
    const world = new TestWorld()
    const targetGroupArn = world.balance()
    world.serve({
      taskDefinition: world.release(behaviour),
      loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8080 }],
      healthCheckGracePeriodSeconds: 600,
    })

    const seen = new Set<unknown>()
    world.until(() => {
      const [[state, why] = []] = healthOf(world, targetGroupArn)
      seen.add(why)
      return state === 'unhealthy'
    })

    expect([...seen]).toEqual([undefined, 'Elb.RegistrationInProgress', 'Elb.InitialHealthChecking', reason])
  })

  it('is unused where no rule leads, not registered where nobody is, and a timeout where nothing answers', () => {
    const world = new TestWorld()
    const attached = world.balance()
    const { TargetGroups } = world.elb.CreateTargetGroup({ Name: 'alone', TargetType: 'ip' })
    const alone = TargetGroups?.[0]?.TargetGroupArn ?? ''
    const Targets = [{ Id: '192.168.0.1', Port: 80 }]

    for (const TargetGroupArn of [attached, alone]) world.elb.RegisterTargets({ TargetGroupArn, Targets })
    world.pass(10_000)

    expect(healthOf(world, alone)).toEqual([['unused', 'Target.NotInUse']])
    expect(healthOf(world, attached)).toEqual([['unhealthy', 'Target.Timeout']])
    expect(healthOf(world, attached, [{ Id: '192.168.0.2', Port: 80 }])).toEqual([
      ['unused', 'Target.NotRegistered'],
    ])
    world.elb.DeregisterTargets({ TargetGroupArn: alone, Targets })
    expect(healthOf(world, alone)).toEqual([])
  })

  it('is unavailable while health checks are switched off', () => {
    const world = new TestWorld()
    const TargetGroupArn = world.balance()
    world.elb.ModifyTargetGroup({ TargetGroupArn, HealthCheckEnabled: false })
    world.elb.RegisterTargets({ TargetGroupArn, Targets: [{ Id: '192.168.0.1', Port: 80 }] })

    expect(healthOf(world, TargetGroupArn)).toEqual([['unavailable', 'Target.HealthCheckDisabled']])
  })
})

describe('rules', () => {
  it('are listed by priority with the default rule last, and replaced list by list', () => {
    const world = new TestWorld()
    const TargetGroupArn = world.balance()
    const { LoadBalancers } = world.elb.DescribeLoadBalancers({ Names: ['web'] })
    const { Listeners } = world.elb.DescribeListeners({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
    })
    const { ListenerArn } = Listeners?.[0] ?? {}
    const Conditions = [{ Field: 'path-pattern', Values: ['/api/*'] }]
    const create = (Priority: number) =>
      world.elb.CreateRule({
        ListenerArn,
        Priority,
        Conditions,
        Actions: [{ Type: 'forward', TargetGroupArn }],
      })
    create(20)
    const { Rules } = create(10)
    const RuleArn = Rules?.[0]?.RuleArn

    world.elb.ModifyRule({ RuleArn, Conditions: [{ Field: 'path-pattern', Values: ['/v2/*'] }] })

    const { Rules: all = [] } = world.elb.DescribeRules({ ListenerArn })
    expect(all.map(({ Priority }) => Priority)).toEqual(['10', '20', 'default'])
    expect(all[0]?.Conditions?.[0]?.Values).toEqual(['/v2/*'])
    expect(all[0]?.Actions?.[0]).toMatchObject({
      TargetGroupArn,
      ForwardConfig: { TargetGroups: [{ TargetGroupArn, Weight: 1 }] },
    })
    expect(() => create(10)).toThrow(named('PriorityInUseException'))
    expect(() => world.elb.DescribeRules({ RuleArns: ['arn:none'] })).toThrow(named('RuleNotFoundException'))
    expect(() => world.elb.DeleteRule({ RuleArn: all[2]?.RuleArn })).toThrow(
      named('OperationNotPermittedException'),
    )
  })

  it('with weights have no target group of their own', () => {
    const world = new TestWorld()
    const blue = world.balance()
    const { TargetGroups } = world.elb.CreateTargetGroup({ Name: 'green', TargetType: 'ip' })
    const green = TargetGroups?.[0]?.TargetGroupArn
    const { Listeners } = world.elb.DescribeListeners({
      LoadBalancerArn: world.elb.DescribeLoadBalancers({}).LoadBalancers?.[0]?.LoadBalancerArn,
    })
    const { Rules } = world.elb.DescribeRules({ ListenerArn: Listeners?.[0]?.ListenerArn })

    const weighted = world.elb.ModifyRule({
      RuleArn: Rules?.[0]?.RuleArn,
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: blue, Weight: 100 },
              { TargetGroupArn: green, Weight: 0 },
            ],
          },
        },
      ],
    })

    expect(weighted.Rules?.[0]?.Actions?.[0]?.TargetGroupArn).toBeUndefined()
    expect(
      world.elb.DescribeTargetGroups({ TargetGroupArns: [green ?? ''] }).TargetGroups?.[0]?.LoadBalancerArns,
    ).toHaveLength(1)
  })
})

describe('target groups', () => {
  it('have AWS’s defaults and keep what is set', () => {
    const world = new TestWorld()
    const TargetGroupArn = world.balance()
    const attribute = (): string | undefined =>
      world.elb
        .DescribeTargetGroupAttributes({ TargetGroupArn })
        .Attributes?.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds')?.Value

    const before = attribute()
    world.elb.ModifyTargetGroupAttributes({
      TargetGroupArn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }],
    })

    expect([before, attribute()]).toEqual(['300', '10'])
    expect(world.elb.DescribeTargetGroups({ Names: ['web'] }).TargetGroups?.[0]).toMatchObject({
      HealthCheckIntervalSeconds: 30,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
    })
    expect(() => world.elb.CreateTargetGroup({ Name: 'web' })).toThrow(
      named('DuplicateTargetGroupNameException'),
    )
    expect(() => world.elb.DescribeTargetGroups({ Names: ['none'] })).toThrow(
      named('TargetGroupNotFoundException'),
    )
    expect(() => world.elb.DeleteTargetGroup({ TargetGroupArn })).toThrow(named('ResourceInUseException'))
    expect(() => world.elb.ModifyTargetGroup({ TargetGroupArn, HealthCheckIntervalSeconds: 1 })).toThrow(
      named('ValidationError'),
    )
  })

  it('carry tags', () => {
    const world = new TestWorld()
    const arn = world.balance()

    expect(world.elb.DescribeTargetHealth({ TargetGroupArn: arn }).TargetHealthDescriptions).toEqual([])
    world.elbTags.AddTags({ ResourceArns: [arn], Tags: [{ Key: 'a', Value: '1' }] })
    expect(world.elbTags.DescribeTags({ ResourceArns: [arn] }).TagDescriptions?.[0]?.Tags).toEqual([
      { Key: 'a', Value: '1' },
    ])
    expect(() => world.elbTags.DescribeTags({ ResourceArns: ['arn:x:targetgroup/none'] })).toThrow(
      named('TargetGroupNotFoundException'),
    )
  })
})
