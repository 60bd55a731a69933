import { Duration } from 'aws-cdk-lib'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as ssm from 'aws-cdk-lib/aws-ssm'
import { describe, expect, it } from 'vitest'
import type { LoadBalancedProcessProps, ProcessProps } from '../../lib/constructs/process-props.ts'
import { type Synthesized, ruleForTests, web, worker } from './support/process-for-tests.ts'
import { stackForTests } from './support/stack-for-tests.ts'
import { templateDiff } from './support/template-diff.ts'

const service = 'AWS::ECS::Service'
const template = 'AWS::ECS::TaskDefinition.ContainerDefinitions'
const executionPolicy = 'AWS::IAM::Policy.PolicyDocument'

type Resource = { readonly Properties: Record<string, unknown> }

type Change = readonly [what: string, props: Partial<LoadBalancedProcessProps>, diff: readonly string[]]

const changes: readonly Change[] = [
  ['count', { count: 5 }, [`${service}.Tags`]],
  ['a variable', { env: { LOG_LEVEL: 'debug' } }, [template]],
  ['the command', { command: ['node', 'web.js'] }, [template]],
  ['cpu', { cpu: 512, memory: 1024 }, ['AWS::ECS::TaskDefinition.Cpu', 'AWS::ECS::TaskDefinition.Memory']],
  ['memory', { memory: 1024 }, ['AWS::ECS::TaskDefinition.Memory']],
  [
    'the architecture',
    { architecture: ecs.CpuArchitecture.ARM64 },
    ['AWS::ECS::TaskDefinition.RuntimePlatform'],
  ],
  ['the user', { user: '1000:1000' }, [template]],
  ['the stop timeout', { stopTimeout: Duration.seconds(60) }, [template]],
  [
    'a read-only root filesystem',
    { readOnlyRootFilesystem: true },
    [template, 'AWS::ECS::TaskDefinition.Volumes'],
  ],
  [
    'the strategy',
    { strategy: { name: 'careful', type: 'canary', canaryPercent: 10 } },
    [`${service}.DeploymentConfiguration`, `${service}.Tags`],
  ],
  [
    'the settings of a strategy',
    { strategy: { name: 'rolling', type: 'rolling', minimumHealthyPercent: 50 } },
    [`${service}.DeploymentConfiguration`],
  ],
  [
    'what the strategy rolls back on',
    {
      strategy: {
        name: 'rolling',
        type: 'rolling',
        rollbackOn: [{ metric: 'http.error_rate', above: 5 }],
      },
    },
    ['+ AWS::CloudWatch::Alarm', '+ AWS::CloudWatch::Alarm', `${service}.DeploymentConfiguration`],
  ],
  [
    'a route',
    { rules: [ruleForTests({ paths: ['/shop', '/shop/*'] })] },
    [
      'AWS::ElasticLoadBalancingV2::ListenerRule.Conditions',
      'AWS::ElasticLoadBalancingV2::ListenerRule.Conditions',
    ],
  ],
  [
    'the place of a route',
    { rules: [ruleForTests({ priority: 7 })] },
    [
      'AWS::ElasticLoadBalancingV2::ListenerRule.Priority',
      'AWS::ElasticLoadBalancingV2::ListenerRule.Priority',
    ],
  ],
  [
    'the readiness path',
    { readinessPath: '/ready' },
    [
      'AWS::ElasticLoadBalancingV2::TargetGroup.HealthCheckPath',
      'AWS::ElasticLoadBalancingV2::TargetGroup.HealthCheckPath',
    ],
  ],
  [
    'the readiness timeout',
    { readinessTimeout: Duration.seconds(90) },
    [`${service}.HealthCheckGracePeriodSeconds`, `${service}.Tags`],
  ],
  [
    'the drain time',
    { drain: Duration.seconds(5) },
    [
      'AWS::ElasticLoadBalancingV2::TargetGroup.TargetGroupAttributes',
      'AWS::ElasticLoadBalancingV2::TargetGroup.TargetGroupAttributes',
    ],
  ],
  ['Fargate Spot', { spot: true }, [`${service}.CapacityProviderStrategy`]],
  ['how long it must stay up', { stayRunning: Duration.seconds(40) }, [`${service}.Tags`]],
  [
    'what the process may do',
    {
      permissions: [
        new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::shop/*'] }),
      ],
    },
    ['+ AWS::IAM::Policy', `${service} (beside the properties)`],
  ],
  [
    'auto scaling',
    { scaling: { min: 2, max: 10, cpu: 60 } },
    [
      '+ AWS::ApplicationAutoScaling::ScalableTarget',
      '+ AWS::ApplicationAutoScaling::ScalingPolicy',
      `${service}.Tags`,
    ],
  ],
]

describe('the drift contract', () => {
  it.each(changes)('a change of %s changes just that, and never what runs', (_, props, diff) => {
    const before = web({ readinessPath: '/healthz' })

    const after = web({ readinessPath: '/healthz', ...props })

    expect(templateDiff(before.template.toJSON(), after.template.toJSON())).toEqual(diff)
    expect(bootstrapOf(after)).toEqual(bootstrapOf(before))
    expect(serviceOf(after)).toMatchObject({ TaskDefinition: 'shop-default' })
  })

  it('a second rule takes the pair of target groups away, and ECS is told so', () => {
    const before = web()

    const after = web({ rules: [ruleForTests(), ruleForTests({ priority: 2, paths: ['/shop'] })] })

    expect(templateDiff(before.template.toJSON(), after.template.toJSON())).toEqual([
      '+ AWS::ElasticLoadBalancingV2::ListenerRule',
      '- AWS::ElasticLoadBalancingV2::ListenerRule',
      '- AWS::ElasticLoadBalancingV2::TargetGroup',
      '- AWS::IAM::Role',
      `${service} (beside the properties)`,
      `${service}.LoadBalancers`,
      'AWS::ECS::TaskDefinition (beside the properties)',
      'AWS::ElasticLoadBalancingV2::ListenerRule.Actions',
    ])
    expect(bootstrapOf(after).Properties).toEqual(bootstrapOf(before).Properties)
  })

  it('a change of a secret changes the template and what the execution role may read', () => {
    const before = worker()

    const after = workerWithSecret()

    expect(templateDiff(before.template.toJSON(), after.template.toJSON())).toEqual([
      template,
      executionPolicy,
    ])
    expect(bootstrapOf(after)).toEqual(bootstrapOf(before))
  })

  it.each<[string, Partial<ProcessProps>]>([
    ['a health check command', { healthCheckCommand: ['node', 'check.js'] }],
    ['ECS Exec', { enableExecuteCommand: true }],
    ['a repository of its own', { command: ['node'], count: 0 }],
  ])('a worker keeps its bootstrap revision with %s', (_, props) => {
    const before = worker()

    const after = worker(props)

    expect(bootstrapOf(after)).toEqual(bootstrapOf(before))
    expect(serviceOf(after)).toMatchObject({ TaskDefinition: 'shop-worker' })
  })

  it('leaves the number of tasks out of the template, whatever it is', () => {
    const counted = web({ count: 4 })
    const scaled = web({ count: 4, scaling: { min: 2, max: 8, cpu: 50 } })

    expect(serviceOf(counted)).not.toHaveProperty('DesiredCount')
    expect(serviceOf(scaled)).not.toHaveProperty('DesiredCount')
  })

  it('says the count in a tag, and nothing where something scales the process', () => {
    const counted = web({ count: 4 })
    const scaled = web({ count: 4, scaling: { min: 2, max: 8, cpu: 50 } })

    expect(tagsOf(counted)).toMatchObject({ 'tapit:count': '4' })
    expect(tagsOf(scaled)).not.toHaveProperty('tapit:count')
  })

  it('names the release family, which the template is no part of', () => {
    const { template: synthesized } = web()

    synthesized.hasResourceProperties(service, { TaskDefinition: 'shop-default' })
    synthesized.hasResourceProperties('AWS::ECS::TaskDefinition', { Family: 'shop-default-template' })
    synthesized.resourceCountIs('AWS::ECS::TaskDefinition', 2)
  })

  it('fails a change of the port at the target groups, before the bootstrap revision', () => {
    const before = web({ port: 8080 })

    const after = web({ port: 3000 })

    expect(targetGroupsOf(before)).toEqual([
      { Name: 'shop-default-blue', Port: 8080 },
      { Name: 'shop-default-green', Port: 8080 },
    ])
    expect(targetGroupsOf(after)).toEqual([
      { Name: 'shop-default-blue', Port: 3000 },
      { Name: 'shop-default-green', Port: 3000 },
    ])
    expect(bootstrapOf(after)).toMatchObject({
      DependsOn: Object.keys(after.template.findResources('AWS::ElasticLoadBalancingV2::TargetGroup')),
    })
  })

  it('fails to make a web process of a worker over the name of the service, since they are two resources', () => {
    const before = worker({ process: 'default' })

    const after = web()

    const [old] = Object.keys(before.template.findResources(service))
    const [now] = Object.keys(after.template.findResources(service))
    expect(now).not.toBe(old)
    expect(serviceOf(after)['ServiceName']).toBe(serviceOf(before)['ServiceName'])
  })
})

function workerWithSecret(): Synthesized {
  const stack = stackForTests()
  const parameter = ssm.StringParameter.fromSecureStringParameterAttributes(stack, 'Url', {
    parameterName: '/shop/database-url',
  })
  return worker({ secrets: { DATABASE_URL: ecs.Secret.fromSsmParameter(parameter) } }, { stack })
}

function bootstrapOf({ template: synthesized }: Synthesized): Resource {
  const definitions = synthesized.findResources('AWS::ECS::TaskDefinition')
  const [bootstrap] = Object.entries(definitions).filter(([id]) => id.includes('Bootstrap'))
  if (bootstrap === undefined) throw new Error('there is no bootstrap revision')
  return bootstrap[1] as Resource
}

function serviceOf({ template: synthesized }: Synthesized): Record<string, unknown> {
  const [resource] = Object.values(synthesized.findResources(service))
  return (resource as Resource).Properties
}

function tagsOf(synthesized: Synthesized): Record<string, unknown> {
  const tags = serviceOf(synthesized)['Tags'] as readonly { Key: string; Value: unknown }[]
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
}

function targetGroupsOf({ template: synthesized }: Synthesized): readonly object[] {
  return Object.values(synthesized.findResources('AWS::ElasticLoadBalancingV2::TargetGroup')).map(
    ({ Properties: { Name, Port } }) => ({ Name, Port }),
  )
}
