import { Duration } from 'aws-cdk-lib'
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as ssm from 'aws-cdk-lib/aws-ssm'
import { describe, expect, it } from 'vitest'
import { ApiProcess } from '../../lib/constructs/api-process.ts'
import { PublicLoadBalancer } from '../../lib/constructs/public-load-balancer.ts'
import { WorkerProcess } from '../../lib/constructs/worker-process.ts'
import { stackForTests } from './support/stack-for-tests.ts'
import { type Synthesized, ruleForTests, surroundings, web, worker } from './support/process-for-tests.ts'
import { nagFindings } from './support/nag-findings.ts'

describe('a process', () => {
  it('says in tags what the CLI asks for', () => {
    const { template } = web({
      readinessPath: '/healthz',
      readinessTimeout: Duration.seconds(45),
      stayRunning: Duration.seconds(20),
      strategy: { name: 'careful', type: 'canary' },
      count: 3,
      keepImages: 20,
    })

    template.hasResourceProperties('AWS::ECS::Service', {
      Tags: [
        { Key: 'tapit:container', Value: 'default' },
        { Key: 'tapit:count', Value: '3' },
        { Key: 'tapit:images-keep', Value: '20' },
        { Key: 'tapit:kind', Value: 'web' },
        { Key: 'tapit:process', Value: 'default' },
        { Key: 'tapit:readiness-timeout-ms', Value: '45000' },
        { Key: 'tapit:repository', Value: Match.anyValue() },
        { Key: 'tapit:stay-running-seconds', Value: '20' },
        { Key: 'tapit:strategy', Value: 'careful' },
        { Key: 'tapit:template', Value: 'shop-default-template' },
      ],
    })
  })

  it('tells the container by PORT where it is expected to listen, unless somebody said another', () => {
    const environment = (variables: readonly object[]) => ({
      Family: 'shop-default-template',
      ContainerDefinitions: [Match.objectLike({ Environment: variables })],
    })

    web({ port: 3000, env: { LOG_LEVEL: 'info' } }).template.hasResourceProperties(
      'AWS::ECS::TaskDefinition',
      environment([
        { Name: 'PORT', Value: '3000' },
        { Name: 'LOG_LEVEL', Value: 'info' },
      ]),
    )
    web({ port: 3000, env: { PORT: '4000' } }).template.hasResourceProperties(
      'AWS::ECS::TaskDefinition',
      environment([{ Name: 'PORT', Value: '4000' }]),
    )
  })

  it('gives a cluster of somebody else the capacity providers that its service runs on', () => {
    const { stack, repository, cluster: other } = surroundings()
    const cluster = new ecs.Cluster(stack, 'Orders', { vpc: other.vpc })

    new WorkerProcess(stack, 'Process', { app: 'orders', process: 'worker', cluster, repository })

    const associations = Template.fromStack(stack).findResources(
      'AWS::ECS::ClusterCapacityProviderAssociations',
      { Properties: { Cluster: stack.resolve(cluster.clusterName) } },
    )
    expect(Object.values(associations)).toMatchObject([
      { Properties: { CapacityProviders: ['FARGATE', 'FARGATE_SPOT'] } },
    ])
  })

  it('refuses the name of another app than its cluster', () => {
    const { stack, repository, cluster: other } = surroundings()
    const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Orders', {
      clusterName: 'orders',
      vpc: other.vpc,
    })

    expect(
      () => new WorkerProcess(stack, 'Process', { app: 'shop', process: 'worker', cluster, repository }),
    ).toThrow(`'app' is the name of its cluster, "orders", got "shop"`)
  })

  it('says no readiness timeout where nobody asked for readiness', () => {
    const { template } = web()

    template.hasResourceProperties('AWS::ECS::Service', {
      HealthCheckGracePeriodSeconds: 60,
      Tags: Match.not(Match.arrayWith([Match.objectLike({ Key: 'tapit:readiness-timeout-ms' })])),
    })
  })

  it('gives a new task as long as readiness may take before ECS judges it', () => {
    const { template } = web({ readinessPath: '/healthz', readinessTimeout: Duration.millis(7500) })

    template.hasResourceProperties('AWS::ECS::Service', { HealthCheckGracePeriodSeconds: 8 })
  })

  it('is an api by its tag alone', () => {
    const { stack, ...around } = surroundings()
    const loadBalancer = new PublicLoadBalancer(stack, 'LoadBalancer', {
      app: 'shop',
      vpc: around.cluster.vpc,
    })

    const { traffic } = new ApiProcess(stack, 'Process', {
      ...around,
      process: 'backoffice',
      loadBalancer,
      rules: [ruleForTests({ process: 'backoffice' })],
      port: 3000,
    })

    expect(traffic.port).toBe(3000)
    Template.fromStack(stack).hasResourceProperties('AWS::ECS::Service', {
      ServiceName: 'backoffice',
      Tags: Match.arrayWith([{ Key: 'tapit:kind', Value: 'api' }]),
    })
  })

  it('runs in private subnets, without a public address, reached by the load balancer at its port alone', () => {
    const { template, stack, process } = web({ port: 3000 })

    template.hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          AssignPublicIp: 'DISABLED',
          Subnets: process.cluster.vpc.privateSubnets.map(({ subnetId }) => subnetId),
        },
      },
    })
    expect(ingressTo(template, stack.resolve(process.securityGroups[0]?.securityGroupId))).toEqual([
      { FromPort: 3000, ToPort: 3000, IpProtocol: 'tcp' },
    ])
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Tasks of default in shop',
      SecurityGroupIngress: Match.absent(),
    })
  })

  it('lets nothing into a worker', () => {
    const { template } = worker()

    template.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() })
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0)
    template.hasResourceProperties('AWS::ECS::Service', {
      LoadBalancers: Match.absent(),
      HealthCheckGracePeriodSeconds: Match.absent(),
    })
  })

  it('takes subnets and security groups that are given', () => {
    const stack = stackForTests()
    const group = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123456789abcdef0')

    const { template, process } = worker(
      { securityGroups: [group], vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } },
      { stack },
    )

    template.resourceCountIs('AWS::EC2::SecurityGroup', 0)
    template.hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          SecurityGroups: ['sg-0123456789abcdef0'],
          Subnets: process.cluster.vpc.publicSubnets.map(({ subnetId }) => subnetId),
        },
      },
    })
  })

  it('keeps its log when the stack goes', () => {
    const { template } = worker()

    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { LogGroupName: '/tapit/shop/worker', RetentionInDays: 30 },
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    })
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Family: 'shop-worker-template',
      ContainerDefinitions: [
        Match.objectLike({
          LogConfiguration: {
            LogDriver: 'awslogs',
            Options: Match.objectLike({ 'awslogs-stream-prefix': 'worker', mode: 'non-blocking' }),
          },
        }),
      ],
    })
  })

  it('may do nothing in AWS unless it is said', () => {
    const { template } = worker()

    const policies = Object.values(template.findResources('AWS::IAM::Policy'))
    expect(policies.map(({ Properties: { Roles } }) => JSON.stringify(Roles))).toEqual([
      expect.stringContaining('ExecutionRole'),
    ])
  })

  it('may do what is said, as its task role', () => {
    const permission = new iam.PolicyStatement({
      actions: ['s3:GetObject'],
      resources: ['arn:aws:s3:::shop-assets/catalogue.json'],
    })

    const { template } = worker({ permissions: [permission] })

    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          { Action: 's3:GetObject', Effect: 'Allow', Resource: 'arn:aws:s3:::shop-assets/catalogue.json' },
        ],
      },
    })
  })

  it('lets the execution role read its own secrets, and no others', () => {
    const stack = stackForTests()
    const parameter = ssm.StringParameter.fromSecureStringParameterAttributes(stack, 'Url', {
      parameterName: '/shop/database-url',
    })

    const { template } = worker(
      { secrets: { DATABASE_URL: ecs.Secret.fromSsmParameter(parameter) } },
      { stack },
    )

    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: Match.arrayWith(['ssm:GetParameters']),
            Resource: {
              'Fn::Join': [
                '',
                [
                  'arn:',
                  { Ref: 'AWS::Partition' },
                  ':ssm:eu-west-1:111122223333:parameter/shop/database-url',
                ],
              ],
            },
          }),
        ]),
      },
    })
  })

  it('has a writable /tmp on a read-only root filesystem', () => {
    const { template } = worker({ readOnlyRootFilesystem: true, user: '1000' })

    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Volumes: [{ Name: 'tmp' }],
      ContainerDefinitions: [
        Match.objectLike({
          ReadonlyRootFilesystem: true,
          User: '1000',
          MountPoints: [{ ContainerPath: '/tmp', SourceVolume: 'tmp', ReadOnly: false }],
          LinuxParameters: Match.objectLike({ InitProcessEnabled: true }),
        }),
      ],
    })
  })

  it.each([
    [20, Match.absent()],
    [30, Match.absent()],
    [90, 60],
  ])(
    'is unhealthy when its health check fails for %s seconds, but three checks at least',
    (seconds, startPeriod) => {
      const { template } = worker({
        healthCheckCommand: ['node', 'check.js'],
        readinessTimeout: Duration.seconds(seconds),
      })

      template.hasResourceProperties('AWS::ECS::TaskDefinition', {
        ContainerDefinitions: [
          Match.objectLike({
            HealthCheck: {
              Command: ['CMD', 'node', 'check.js'],
              Interval: 10,
              Timeout: 5,
              Retries: 3,
              StartPeriod: startPeriod,
            },
          }),
        ],
      })
    },
  )

  it('adds failures up for a worker that nothing looks at', () => {
    const { template } = worker()

    template.hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: {
        Strategy: 'ROLLING',
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true, ResetOnHealthyTask: false },
        Alarms: { AlarmNames: [], Enable: false, Rollback: false },
        LifecycleHooks: [],
      },
    })
  })

  it('runs on Spot when told to', () => {
    const { template } = worker({ spot: true })

    template.hasResourceProperties('AWS::ECS::Service', {
      CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE_SPOT', Weight: 1 }],
      LaunchType: Match.absent(),
    })
  })

  it('waits for the bootstrap revision, the rules and the capacity providers', () => {
    const { template } = web()

    const [service] = Object.values(template.findResources('AWS::ECS::Service'))
    const waitsFor = [
      'AWS::ElasticLoadBalancingV2::ListenerRule',
      'AWS::ECS::ClusterCapacityProviderAssociations',
    ].flatMap(type => Object.keys(template.findResources(type)))
    expect(service?.['DependsOn']).toEqual(
      expect.arrayContaining([...waitsFor, expect.stringContaining('Bootstrap')]),
    )
  })

  it('hides no permission for everything from cdk-nag', () => {
    const everything = new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] })

    const { process } = worker({ permissions: [everything] })

    expect(nagFindings(process)).toEqual([expect.stringMatching(/^AwsSolutions-IAM5.*TaskRole/)])
  })

  it('has no opening that cdk-nag knows of, and CDK no warning', () => {
    const first = web({ alarms: { errorPercent: 5, latencyMs: 2000 }, env: { LOG_LEVEL: 'info' } })
    const second = worker({ env: { LOG_LEVEL: 'info' } })

    expect(nagFindings(first.process)).toEqual([])
    expect(nagFindings(second.process)).toEqual([])
    expect(warningsOf(first)).toEqual([])
    expect(warningsOf(second)).toEqual([])
  })
})

function warningsOf({ stack, process }: Synthesized): readonly unknown[] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .filter(({ id }) => id.startsWith(`/${process.node.path}`))
}

function ingressTo(template: Template, group: unknown): readonly object[] {
  return Object.values(template.findResources('AWS::EC2::SecurityGroupIngress'))
    .filter(({ Properties: { GroupId } }) => JSON.stringify(GroupId) === JSON.stringify(group))
    .map(({ Properties: { FromPort, ToPort, IpProtocol } }) => ({ FromPort, ToPort, IpProtocol }))
}

describe('ECS Exec', () => {
  it('lets people into its tasks, whose role may then speak with Session Manager and do nothing else for it', () => {
    const { template, stack } = worker({ enableExecuteCommand: true })

    template.hasResourceProperties('AWS::ECS::Service', { EnableExecuteCommand: true })
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Resource: '*',
            Action: [
              'ssmmessages:CreateControlChannel',
              'ssmmessages:CreateDataChannel',
              'ssmmessages:OpenControlChannel',
              'ssmmessages:OpenDataChannel',
            ],
          },
        ]),
      },
      Roles: [{ Ref: Match.stringLikeRegexp('TaskRole') }],
    })
    // AWS fences these by nothing; taken as accepted, it would hide a `*` of somebody's own permissions.
    expect(nagFindings(stack)).toEqual([
      expect.stringMatching(/^AwsSolutions-IAM5\[Resource::\*\].*TaskRole/),
    ])
  })

  it('is not there unless it is asked for', () => {
    const { template } = worker()

    template.hasResourceProperties('AWS::ECS::Service', { EnableExecuteCommand: Match.absent() })
  })
})
