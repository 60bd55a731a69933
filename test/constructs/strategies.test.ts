import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import type { StrategyConfig } from '../../lib/config/app-config.ts'
import { ruleForTests, type Synthesized, web, worker } from './support/process-for-tests.ts'

type Case = readonly [name: string, strategy: StrategyConfig, configuration: object]

const breaker = { Enable: true, Rollback: true } as const
const noAlarms = { AlarmNames: [], Enable: false, Rollback: false } as const
const tasks = { MinimumHealthyPercent: 100, MaximumPercent: 200 } as const
const rests = { ...tasks, DeploymentCircuitBreaker: breaker, Alarms: noAlarms, LifecycleHooks: [] } as const

/** As ECS takes them: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
const strategies: readonly Case[] = (
  [
    [
      { name: 'rolling', type: 'rolling' },
      { ...rests, Strategy: 'ROLLING' },
    ],
    [
      { name: 'blue_green', type: 'blue_green' },
      { ...rests, Strategy: 'BLUE_GREEN', BakeTimeInMinutes: 0 },
    ],
    [
      { name: 'canary', type: 'canary' },
      {
        ...rests,
        Strategy: 'CANARY',
        BakeTimeInMinutes: 0,
        CanaryConfiguration: { CanaryPercent: 5, CanaryBakeTimeInMinutes: 10 },
      },
    ],
    [
      { name: 'linear', type: 'linear' },
      {
        ...rests,
        Strategy: 'LINEAR',
        BakeTimeInMinutes: 0,
        LinearConfiguration: { StepPercent: 10, StepBakeTimeInMinutes: 6 },
      },
    ],
    [
      {
        name: 'gentle',
        type: 'rolling',
        minimumHealthyPercent: 50,
        maximumPercent: 150,
        failureThreshold: 2,
      },
      {
        ...rests,
        Strategy: 'ROLLING',
        MinimumHealthyPercent: 50,
        MaximumPercent: 150,
        DeploymentCircuitBreaker: { ...breaker, ThresholdConfiguration: { Type: 'COUNT', Value: 2 } },
      },
    ],
    [
      {
        name: 'careful',
        type: 'canary',
        canaryPercent: 12.5,
        canaryBakeMinutes: 3,
        bakeMinutes: 7,
        failureThreshold: '30%',
        pauseBefore: ['switch', 'step', 'finalize'],
        pauseTimeoutMinutes: 60,
        onPauseTimeout: 'continue',
        rollbackOn: [
          { metric: 'http.error_rate', above: 5 },
          { metric: 'system.cpu_usage_percentage', above: 90 },
        ],
        targets: { environments: ['production'] },
      },
      {
        ...rests,
        Strategy: 'CANARY',
        BakeTimeInMinutes: 7,
        CanaryConfiguration: { CanaryPercent: 12.5, CanaryBakeTimeInMinutes: 3 },
        DeploymentCircuitBreaker: {
          ...breaker,
          ThresholdConfiguration: { Type: 'UNBOUNDED_PERCENT', Value: 30 },
        },
        Alarms: {
          AlarmNames: [
            { Ref: expect.stringContaining('Rollbackcareful1blue') },
            { Ref: expect.stringContaining('Rollbackcareful1green') },
            { Ref: expect.stringContaining('Rollbackcareful2') },
          ],
          Enable: true,
          Rollback: true,
        },
      },
    ],
    [
      { name: 'slow', type: 'linear', stepPercent: 33.3, stepBakeMinutes: 1, bakeMinutes: 2 },
      {
        ...rests,
        Strategy: 'LINEAR',
        BakeTimeInMinutes: 2,
        LinearConfiguration: { StepPercent: 33.3, StepBakeTimeInMinutes: 1 },
      },
    ],
  ] satisfies readonly (readonly [StrategyConfig, object])[]
).map(([strategy, configuration]) => [strategy.name, strategy, configuration])

describe('a web process with a strategy', () => {
  it.each(strategies)('%s rests on this configuration', (_, strategy, configuration) => {
    const { DeploymentConfiguration } = serviceOf(web({ strategy }))

    expect(DeploymentConfiguration).toEqual(configuration)
  })

  it.each(strategies)(
    '%s tells ECS of two target groups, two rules and the role to shift them with',
    (_, strategy) => {
      const synthesized = web({ strategy })
      const { LoadBalancers } = serviceOf(synthesized)

      expect(LoadBalancers).toEqual([
        {
          ContainerName: 'default',
          ContainerPort: 8080,
          TargetGroupArn: idOf(synthesized, 'AWS::ElasticLoadBalancingV2::TargetGroup', 'Blue'),
          AdvancedConfiguration: {
            AlternateTargetGroupArn: idOf(synthesized, 'AWS::ElasticLoadBalancingV2::TargetGroup', 'Green'),
            ProductionListenerRule: idOf(
              synthesized,
              'AWS::ElasticLoadBalancingV2::ListenerRule',
              'TrafficProduction',
            ),
            TestListenerRule: idOf(synthesized, 'AWS::ElasticLoadBalancingV2::ListenerRule', 'TrafficTest'),
            RoleArn: {
              'Fn::GetAtt': [idOf(synthesized, 'AWS::IAM::Role', 'InfrastructureRole').Ref, 'Arn'],
            },
          },
        },
      ])
    },
  )

  it('has the same rules and target groups whichever it is, so that no change of it touches the weights', () => {
    const [first, ...others] = strategies.map(([, strategy]) => routingOf(web({ strategy })))

    expect(Object.keys(first ?? {})).toHaveLength(4)
    expect(others).toEqual(others.map(() => first))
  })

  it('pauses in no deployment of CloudFormation, and CDK warns of nothing', () => {
    const synthesized = web({
      strategy: { name: 'asking', type: 'blue_green', pauseBefore: ['switch', 'finalize'] },
    })

    expect(serviceOf(synthesized).DeploymentConfiguration).toMatchObject({ LifecycleHooks: [] })
    expect(
      Annotations.fromStack(synthesized.stack).findWarning(
        `/${synthesized.process.node.path}*`,
        Match.anyValue(),
      ),
    ).toEqual([])
  })

  it.each(['blue_green', 'canary', 'linear'] as const)('is refused %s where two rules lead to it', type => {
    const rules = [ruleForTests({ priority: 1 }), ruleForTests({ priority: 2, paths: ['/api/*'] })]

    expect(() => web({ rules, strategy: { name: 'moving', type } })).toThrow(
      `process "default" of shop: 2 rules of the load balancer lead here, and ${type} can switch one: use rolling, or one rule`,
    )
  })
})

describe('a worker with a strategy', () => {
  it('is blue and green without a load balancer, and adds up failures where nothing looks at its health', () => {
    const { DeploymentConfiguration, LoadBalancers } = serviceOf(
      worker({ strategy: { name: 'swap', type: 'blue_green', bakeMinutes: 5 } }),
    )

    expect(DeploymentConfiguration).toEqual({
      ...rests,
      Strategy: 'BLUE_GREEN',
      BakeTimeInMinutes: 5,
      DeploymentCircuitBreaker: { ...breaker, ResetOnHealthyTask: false },
    })
    expect(LoadBalancers).toBeUndefined()
  })

  it('counts as ECS does where a command looks at its health', () => {
    const { DeploymentConfiguration } = serviceOf(
      worker({ strategy: { name: 'swap', type: 'blue_green' }, healthCheckCommand: ['node', 'check.js'] }),
    )

    expect(DeploymentConfiguration).toMatchObject({ DeploymentCircuitBreaker: breaker })
    expect(DeploymentConfiguration).not.toHaveProperty('DeploymentCircuitBreaker.ResetOnHealthyTask')
  })

  it.each(['canary', 'linear'] as const)('is refused %s', type => {
    expect(() => worker({ strategy: { name: 'moving', type } })).toThrow(
      `${type} moves traffic, and a worker has none: use rolling or blue_green`,
    )
  })
})

type ServiceProperties = {
  readonly DeploymentConfiguration: object
  readonly LoadBalancers?: readonly object[]
}

function serviceOf({ template }: Synthesized): ServiceProperties {
  const [service] = Object.values(template.findResources('AWS::ECS::Service'))
  return service?.['Properties'] as ServiceProperties
}

/** The only resource of its type whose id has this in it. */
function idOf({ template }: Synthesized, type: string, part: string): { readonly Ref: string } {
  const [id, ...others] = Object.keys(template.findResources(type)).filter(each => each.includes(part))
  if (id === undefined || others.length > 0) throw new Error(`not one ${type} has ${part} in its id`)
  return { Ref: id }
}

function routingOf({ template }: Synthesized): Readonly<Record<string, unknown>> {
  return {
    ...template.findResources('AWS::ElasticLoadBalancingV2::ListenerRule'),
    ...template.findResources('AWS::ElasticLoadBalancingV2::TargetGroup'),
  }
}
