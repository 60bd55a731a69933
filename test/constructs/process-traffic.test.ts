import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import type { ListenerRule } from '../../lib/config/app-config.ts'
import { ruleForTests, web } from './support/process-for-tests.ts'

const rule = 'AWS::ElasticLoadBalancingV2::ListenerRule'
const targetGroup = 'AWS::ElasticLoadBalancingV2::TargetGroup'

describe('the traffic of a process', () => {
  it('is a pair of target groups behind one rule, all of it blue at first, and the same for test traffic', () => {
    const { template, stack, process } = web()

    const [blue, green] = [process.blue, process.green].map(each => stack.resolve(each?.targetGroupArn))
    const rules = Object.values(template.findResources(rule)).map(({ Properties }) => Properties)
    expect(rules.map(({ ListenerArn }) => ListenerArn)).toEqual([
      { Ref: expect.stringContaining('LoadBalancerHttp') },
      { Ref: expect.stringContaining('LoadBalancerTest') },
    ])
    expect(rules.map(({ Actions }) => Actions)).toEqual(
      Array.from({ length: 2 }, () => [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: blue, Weight: 100 },
              { TargetGroupArn: green, Weight: 0 },
            ],
          },
        },
      ]),
    )
  })

  it.each(['rolling', 'blue_green', 'canary', 'linear'] as const)(
    'tells ECS of both target groups and rules with the strategy %s',
    type => {
      const { template, process } = web({ strategy: { name: type, type } })

      template.hasResourceProperties('AWS::ECS::Service', {
        LoadBalancers: [
          {
            ContainerName: 'default',
            ContainerPort: 8080,
            TargetGroupArn: { Ref: Match.stringLikeRegexp('Blue') },
            AdvancedConfiguration: {
              AlternateTargetGroupArn: { Ref: Match.stringLikeRegexp('Green') },
              ProductionListenerRule: { Ref: Match.stringLikeRegexp('Production') },
              TestListenerRule: { Ref: Match.stringLikeRegexp('Test') },
              RoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('InfrastructureRole'), 'Arn'] },
            },
          },
        ],
      })
      expect(process.traffic?.infrastructureRole).toBeDefined()
    },
  )

  it('is one target group behind several rules, which ECS is told no pair of', () => {
    const { template, process } = web({
      rules: [
        ruleForTests({ priority: 3, paths: ['/api', '/api/*'] }),
        ruleForTests({ priority: 9, hosts: ['shop.example.com'] }),
      ],
    })

    template.resourceCountIs(targetGroup, 1)
    template.resourcePropertiesCountIs(rule, { Actions: [Match.objectLike({ Type: 'forward' })] }, 2)
    template.resourcePropertiesCountIs(
      rule,
      { ListenerArn: { Ref: Match.stringLikeRegexp('LoadBalancerTest') } },
      0,
    )
    template.hasResourceProperties('AWS::ECS::Service', {
      LoadBalancers: [{ AdvancedConfiguration: Match.absent() }],
    })
    expect(process.green).toBeUndefined()
    expect(process.traffic?.testRule).toBeUndefined()
  })

  it.each<[string, Partial<ListenerRule>, object]>([
    [
      'paths',
      { paths: ['/api', '/api/*'], priority: 4 },
      {
        Priority: 4,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/api', '/api/*'] } }],
        Transforms: Match.absent(),
      },
    ],
    [
      'hosts, paths and methods',
      { hosts: ['shop.example.com'], paths: ['/items'], methods: ['GET', 'HEAD'] },
      {
        Conditions: [
          { Field: 'host-header', HostHeaderConfig: { Values: ['shop.example.com'] } },
          { Field: 'path-pattern', PathPatternConfig: { Values: ['/items'] } },
          { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET', 'HEAD'] } },
        ],
      },
    ],
    [
      'everything',
      { hosts: [], paths: [], methods: [] },
      { Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }] },
    ],
    [
      'a rewrite',
      { paths: ['/api/*'], rewrite: { regex: '^/api/?(.*)$', replace: '/$1' } },
      {
        Transforms: [
          {
            Type: 'url-rewrite',
            UrlRewriteConfig: { Rewrites: [{ Regex: '^/api/?(.*)$', Replace: '/$1' }] },
          },
        ],
      },
    ],
  ])('goes by %s on both listeners', (_, given, expected) => {
    const { template } = web({ rules: [ruleForTests(given)] })

    expect(Object.keys(template.findResources(rule, { Properties: expected }))).toHaveLength(2)
  })

  it('asks for the readiness path, quickly enough for a deploy', () => {
    const { template } = web({ readinessPath: '/healthz' })

    template.allResourcesProperties(targetGroup, {
      HealthCheckPath: '/healthz',
      Matcher: { HttpCode: '200-299' },
      HealthCheckIntervalSeconds: 10,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 3,
      TargetType: 'ip',
      TargetGroupAttributes: Match.arrayWith([{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }]),
    })
  })

  it('takes any answer but a 5xx where there is no readiness path', () => {
    const { template } = web()

    template.allResourcesProperties(targetGroup, { HealthCheckPath: '/', Matcher: { HttpCode: '200-499' } })
  })

  it('lets ECS shift it with the policy that AWS names for that', () => {
    const { template } = web()

    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'ecs.amazonaws.com' } },
        ],
      },
      ManagedPolicyArns: [
        {
          'Fn::Join': [
            '',
            [
              'arn:',
              { Ref: 'AWS::Partition' },
              ':iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers',
            ],
          ],
        },
      ],
    })
  })
})
