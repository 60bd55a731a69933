import {
  ClientException,
  ConflictException,
  DescribeClustersCommand,
  ContinueServiceDeploymentCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ExecuteCommandCommand,
  ListClustersCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopServiceDeploymentCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'

import type { Ecs } from '../../lib/actions/ports.ts'
import { awsEcs } from '../../lib/adapters/aws/ecs.ts'
import type { TaskDefinition } from '../../lib/deployment/task-definition.ts'
import { type FakeClock, fakeClock } from '../adapters/fake-clock.ts'

const mock = mockClient(ECSClient)
const at = new Date(Date.UTC(2026, 10, 20))
const arn = (rest: string): string => `arn:aws:ecs:eu-west-1:123456789012:${rest}`
const metadata = { $metadata: {} }

let clock: FakeClock
let ecs: Ecs

beforeEach(() => {
  mock.reset()
  clock = fakeClock(at.getTime())
  ecs = awsEcs({ client: new ECSClient({ region: 'eu-west-1' }), clock })
})

describe('clusters', () => {
  it('are all of them, page by page', async () => {
    mock.on(ListClustersCommand).resolves({ clusterArns: [arn('cluster/shop')], nextToken: 'more' })
    mock.on(ListClustersCommand, { nextToken: 'more' }).resolves({ clusterArns: [arn('cluster/crm')] })

    expect(await ecs.clusterArns()).toEqual([arn('cluster/shop'), arn('cluster/crm')])
  })
})

describe('active revisions', () => {
  it('are all of a family’s, newest first, and none of a family whose name only begins the same', async () => {
    const revision = (name: string): string => arn(`task-definition/${name}`)
    const asked = { familyPrefix: 'shop', status: 'ACTIVE', sort: 'DESC' } as const
    mock
      .on(ListTaskDefinitionsCommand, asked)
      .resolves({ taskDefinitionArns: [revision('shop-web:9'), revision('shop:3')], nextToken: 'more' })
    mock
      .on(ListTaskDefinitionsCommand, { ...asked, nextToken: 'more' })
      .resolves({ taskDefinitionArns: [revision('shop:2')] })

    expect(await ecs.activeRevisions('shop')).toEqual([revision('shop:3'), revision('shop:2')])
  })
})

describe('cluster', () => {
  it('is absent when it is missing or inactive', async () => {
    mock
      .on(DescribeClustersCommand)
      .resolvesOnce({ clusters: [], failures: [{ arn: arn('cluster/shop'), reason: 'MISSING' }] })
    mock
      .on(DescribeClustersCommand)
      .resolves({ clusters: [{ clusterArn: arn('cluster/shop'), status: 'INACTIVE' }] })

    expect([await ecs.cluster('shop'), await ecs.cluster('shop')]).toEqual([undefined, undefined])
  })

  it('has its tags', async () => {
    mock.on(DescribeClustersCommand, { clusters: ['shop'], include: ['TAGS'] }).resolves({
      clusters: [
        {
          clusterArn: arn('cluster/shop'),
          clusterName: 'shop',
          status: 'ACTIVE',
          tags: [{ key: 'tapit:environment', value: 'staging' }],
        },
      ],
    })

    expect(await ecs.cluster('shop')).toEqual({
      name: 'shop',
      arn: arn('cluster/shop'),
      tags: { 'tapit:environment': 'staging' },
    })
  })
})

describe('services', () => {
  it('are listed over all pages', async () => {
    mock.on(ListServicesCommand, { nextToken: undefined }).resolves({ serviceArns: ['a'], nextToken: '2' })
    mock.on(ListServicesCommand, { nextToken: '2' }).resolves({ serviceArns: ['b'] })

    expect(await ecs.serviceArns('shop')).toEqual(['a', 'b'])
  })

  it('are in the port’s words, with defaults for what ECS leaves out', async () => {
    mock.on(DescribeServicesCommand, { cluster: 'shop', services: ['web'], include: ['TAGS'] }).resolves({
      services: [
        {
          serviceName: 'web',
          serviceArn: arn('service/shop/web'),
          clusterArn: arn('cluster/shop'),
          status: 'ACTIVE',
          desiredCount: 2,
          enableExecuteCommand: true,
          launchType: 'FARGATE',
          platformVersion: 'LATEST',
          capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
          taskDefinition: arn('task-definition/shop-web:1'),
          tags: [{ key: 'tapit:process', value: 'default' }],
          deployments: [
            { id: 'ecs-svc/1', status: 'ACTIVE', taskDefinition: arn('task-definition/shop-web:1') },
            {
              id: 'ecs-svc/2',
              status: 'PRIMARY',
              taskDefinition: arn('task-definition/shop-web:2'),
              failedTasks: 3,
              createdAt: at,
            },
          ],
          loadBalancers: [
            {
              targetGroupArn: 'blue',
              containerName: 'web',
              advancedConfiguration: {
                alternateTargetGroupArn: 'green',
                productionListenerRule: 'rule/production',
                testListenerRule: 'rule/test',
                roleArn: 'role/ecs',
              },
            },
          ],
        },
      ],
    })

    expect(await ecs.services('shop', ['web'])).toStrictEqual([
      {
        name: 'web',
        arn: arn('service/shop/web'),
        cluster: 'shop',
        tags: { 'tapit:process': 'default' },
        controller: 'ECS',
        scheduling: 'REPLICA',
        desired: 2,
        running: 0,
        pending: 0,
        taskDefinition: arn('task-definition/shop-web:2'),
        deployments: [
          {
            id: 'ecs-svc/1',
            status: 'ACTIVE',
            taskDefinition: arn('task-definition/shop-web:1'),
            running: 0,
            failedTasks: 0,
          },
          {
            id: 'ecs-svc/2',
            status: 'PRIMARY',
            taskDefinition: arn('task-definition/shop-web:2'),
            createdAt: at.getTime(),
            running: 0,
            failedTasks: 3,
          },
        ],
        loadBalancers: [
          { targetGroup: 'blue', container: 'web' },
          { targetGroup: 'green', container: 'web' },
        ],
        wiring: [
          {
            targetGroup: 'blue',
            alternate: 'green',
            productionRule: 'rule/production',
            testRule: 'rule/test',
            role: 'role/ecs',
          },
        ],
        gracePeriodSeconds: 0,
        configuration: {},
        // RunTask refuses a launch type beside a strategy.
        placement: {
          capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
          platformVersion: 'LATEST',
        },
        letsIn: true,
      },
    ])
  })

  it('name their Classic Load Balancer, which has no target group', async () => {
    mock.on(DescribeServicesCommand).resolves({
      services: [
        { serviceName: 'web', loadBalancers: [{ loadBalancerName: 'old-lb', containerName: 'web' }] },
      ],
    })

    const [service] = await ecs.services('shop', ['web'])

    expect(service).toMatchObject({ classicLoadBalancer: 'old-lb', loadBalancers: [] })
  })

  it('leave out what is inactive or missing', async () => {
    mock.on(DescribeServicesCommand).resolves({
      services: [{ serviceName: 'old', status: 'INACTIVE' }],
      failures: [{ arn: arn('service/shop/none'), reason: 'MISSING' }],
    })

    expect(await ecs.services('shop', ['old', 'none'])).toEqual([])
  })

  it('fail for any other failure', async () => {
    mock
      .on(DescribeServicesCommand)
      .resolves({ failures: [{ arn: 'x', reason: 'ACCESS', detail: 'not yours' }] })

    await expect(ecs.services('shop', ['x'])).rejects.toMatchObject({
      kind: 'refused',
      message: 'ECS could not describe x: ACCESS (not yours)',
    })
  })

  it('ask nothing for no names', async () => {
    expect(await ecs.services('shop', [])).toEqual([])
    expect(mock.calls()).toHaveLength(0)
  })

  it('are updated without ever forcing a deployment', async () => {
    mock.on(UpdateServiceCommand).resolves({})
    const configuration = { deploymentCircuitBreaker: { enable: true, rollback: true }, bakeTimeInMinutes: 5 }

    await ecs.updateService({ cluster: 'shop', service: 'web', taskDefinition: 'td:1', configuration })

    expect(mock.commandCalls(UpdateServiceCommand).map(({ args }) => args[0].input)).toStrictEqual([
      { cluster: 'shop', service: 'web', taskDefinition: 'td:1', deploymentConfiguration: configuration },
    ])
  })
})

describe('task definitions', () => {
  it('are absent when ECS cannot describe them', async () => {
    const error = new ClientException({ message: 'Unable to describe task definition.', ...metadata })
    mock.on(DescribeTaskDefinitionCommand).rejects(error)

    expect(await ecs.taskDefinition('shop-web')).toBeUndefined()
  })

  it('fail for any other exception', async () => {
    mock.on(DescribeTaskDefinitionCommand).rejects(new ClientException({ message: 'No', ...metadata }))

    await expect(ecs.taskDefinition('shop-web')).rejects.toThrow('No')
  })

  it('say of each container what the plan needs', async () => {
    const options = {
      'awslogs-group': '/tapit/shop/web',
      'awslogs-stream-prefix': 'web',
      'awslogs-region': 'eu-west-1',
    }
    mock.on(DescribeTaskDefinitionCommand, { taskDefinition: 'shop-web', include: ['TAGS'] }).resolves({
      taskDefinition: {
        taskDefinitionArn: arn('task-definition/shop-web:7'),
        family: 'shop-web',
        revision: 7,
        status: 'ACTIVE',
        runtimePlatform: { cpuArchitecture: 'ARM64' },
        containerDefinitions: [
          {
            name: 'web',
            image: 'shop:1',
            healthCheck: { command: ['CMD', 'true'], startPeriod: 10, interval: 5, retries: 2 },
            logConfiguration: { logDriver: 'awslogs', options },
          },
          { name: 'proxy', image: 'envoy', essential: false, healthCheck: { command: ['NONE'] } },
          {
            name: 'db',
            healthCheck: { command: ['CMD', 'true'] },
            logConfiguration: { logDriver: 'splunk', options },
          },
        ],
      },
      tags: [{ key: 'team', value: 'a' }],
    })

    const found = await ecs.taskDefinition('shop-web')

    expect(found).toMatchObject({
      family: 'shop-web',
      revision: 7,
      isActive: true,
      cpuArchitecture: 'ARM64',
      tags: { team: 'a' },
    })
    expect(found?.containers).toStrictEqual([
      {
        name: 'web',
        image: 'shop:1',
        essential: true,
        hasHealthCheck: true,
        healthCheckLimit: 20_000,
        log: { group: '/tapit/shop/web', prefix: 'web', region: 'eu-west-1' },
      },
      { name: 'proxy', image: 'envoy', essential: false, hasHealthCheck: false },
      { name: 'db', image: '', essential: true, hasHealthCheck: true, healthCheckLimit: 90_000 },
    ])
  })
})

describe('the architecture', () => {
  it.each([
    ['of Fargate alone is X86_64', ['FARGATE'], 'X86_64'],
    ['of EC2 is that of the instance', ['EC2'], undefined],
    ['of either is not known', ['EC2', 'FARGATE'], undefined],
    ['of a definition for nothing special is not known', undefined, undefined],
  ] as const)('%s, where the definition does not say', async (_, requires, architecture) => {
    mock.on(DescribeTaskDefinitionCommand).resolves({
      taskDefinition: { requiresCompatibilities: requires && [...requires] },
    })

    expect((await ecs.taskDefinition('shop-web'))?.cpuArchitecture).toBe(architecture)
  })
})

describe('registerTaskDefinition', () => {
  const written = {
    taskRoleArn: 'role',
    networkMode: 'awsvpc' as const,
    cpu: '512',
    volumes: [{ name: 'v', host: {} }],
    containerDefinitions: [
      {
        name: 'web',
        image: 'old',
        environment: [{ name: 'A', value: '' }],
        versionConsistency: 'disabled' as const,
      },
      { name: 'proxy', image: 'envoy:1' },
    ],
  }
  const from: TaskDefinition = {
    arn: arn('task-definition/shop-web-template:3'),
    family: 'shop-web-template',
    revision: 3,
    isActive: true,
    containers: [],
    cpuArchitecture: 'X86_64',
    tags: { 'aws:cloudformation:stack-name': 'shop', team: 'a', 'tapit:deployment': 'dep_00' },
    definition: {
      ...written,
      family: 'shop-web-template',
      taskDefinitionArn: 'x',
      revision: 3,
      status: 'ACTIVE',
      requiresAttributes: [],
      compatibilities: ['FARGATE'],
      registeredAt: at,
      registeredBy: 'cdk',
    },
  }
  const revision = {
    family: 'shop-web',
    from,
    container: 'web',
    image: 'shop@sha256:1',
    tags: { 'tapit:deployment': 'dep_01' },
  }
  const registered = { taskDefinition: { taskDefinitionArn: arn('task-definition/shop-web:8') } }

  it('copies everything but what is read-only, with the image and the tags replaced', async () => {
    mock.on(RegisterTaskDefinitionCommand).resolves(registered)

    expect(await ecs.registerTaskDefinition(revision)).toBe(arn('task-definition/shop-web:8'))
    expect(mock.commandCalls(RegisterTaskDefinitionCommand).map(({ args }) => args[0].input)).toStrictEqual([
      {
        ...written,
        family: 'shop-web',
        containerDefinitions: [
          { ...written.containerDefinitions[0], image: 'shop@sha256:1' },
          written.containerDefinitions[1],
        ],
        tags: [
          { key: 'team', value: 'a' },
          { key: 'tapit:deployment', value: 'dep_01' },
        ],
      },
    ])
  })

  it('sends no empty list of tags, which ECS refuses', async () => {
    mock.on(RegisterTaskDefinitionCommand).resolves(registered)

    await ecs.registerTaskDefinition({ ...revision, from: { ...from, tags: {} }, tags: {} })

    expect(mock.commandCalls(RegisterTaskDefinitionCommand)[0]?.args[0].input).not.toHaveProperty('tags')
  })

  it('refuses a container that the definition has not', async () => {
    await expect(ecs.registerTaskDefinition({ ...revision, container: 'app' })).rejects.toMatchObject({
      code: 'no_such_container',
      message: expect.stringContaining('it has web, proxy') as unknown,
    })
  })

  it('registers one at a time', async () => {
    let running = 0
    let most = 0
    mock.on(RegisterTaskDefinitionCommand).callsFake(async () => {
      running += 1
      most = Math.max(most, running)
      await Promise.resolve()
      running -= 1
      return registered
    })

    await Promise.all([1, 2, 3].map(() => ecs.registerTaskDefinition(revision)))

    expect(most).toBe(1)
    expect(mock.calls()).toHaveLength(3)
  })

  it('tries again after a collision with another process, and goes on after a failure', async () => {
    const collision = new ClientException({
      message: 'Too many concurrent attempts to create a new revision of the specified family.',
      ...metadata,
    })
    mock.on(RegisterTaskDefinitionCommand).rejectsOnce(new ClientException({ message: 'No', ...metadata }))
    await expect(ecs.registerTaskDefinition(revision)).rejects.toThrow('No')
    mock.reset()
    mock.on(RegisterTaskDefinitionCommand).rejectsOnce(collision).rejectsOnce(collision).resolves(registered)

    expect(await ecs.registerTaskDefinition(revision)).toBe(arn('task-definition/shop-web:8'))
    expect(clock.slept).toEqual([500, 1_000])
  })
})

describe('service deployments', () => {
  it('are listed newest first, since a moment that ECS still knows', async () => {
    const created = (
      hour: number,
    ): { serviceDeploymentArn: string; createdAt: Date; status: 'SUCCESSFUL' } => ({
      serviceDeploymentArn: `sd/${hour}`,
      createdAt: new Date(at.getTime() + hour * 3_600_000),
      status: 'SUCCESSFUL',
    })
    mock
      .on(ListServiceDeploymentsCommand, { nextToken: undefined })
      .resolves({ serviceDeployments: [created(1), created(3)], nextToken: '2' })
    mock.on(ListServiceDeploymentsCommand, { nextToken: '2' }).resolves({ serviceDeployments: [created(2)] })

    const found = await ecs.listServiceDeployments('shop', 'web', at.getTime())
    await ecs.listServiceDeployments('shop', 'web', at.getTime() - 100 * 24 * 3_600_000)

    const asked = mock.commandCalls(ListServiceDeploymentsCommand).map(({ args }) => args[0].input.createdAt)
    expect(found.map(each => each.arn)).toEqual(['sd/3', 'sd/2', 'sd/1'])
    expect(asked).toEqual([{ after: at }, { after: at }, undefined, undefined])
  })

  it.each([
    ['not waiting any more', [{ hookId: 'h', status: 'SUCCEEDED' as const }], 'too_late'],
    ['gone on to another pause', [{ hookId: 'i', status: 'AWAITING_ACTION' as const }], 'too_late'],
  ])('that go on are told from those that are %s', async (_, lifecycleHookDetails, answer) => {
    const refused = Object.assign(new Error('Provided hookId is either completed'), {
      name: 'InvalidParameterException',
    })
    mock.on(ContinueServiceDeploymentCommand).rejects(refused)
    mock.on(DescribeServiceDeploymentsCommand).resolves({
      serviceDeployments: [{ serviceDeploymentArn: 'sd/1', createdAt: at, lifecycleHookDetails }],
    })

    expect(await ecs.goOn({ serviceDeployment: 'sd/1', hookId: 'h' })).toBe(answer)
  })

  it('go on with the hook that was named, and nothing else is asked', async () => {
    mock.on(ContinueServiceDeploymentCommand).resolves({})

    expect(await ecs.goOn({ serviceDeployment: 'sd/1', hookId: 'h' })).toBe('asked')
    expect(mock.commandCalls(ContinueServiceDeploymentCommand)[0]?.args[0].input).toEqual({
      serviceDeploymentArn: 'sd/1',
      hookId: 'h',
      action: 'CONTINUE',
    })
  })

  it('are in the port’s words', async () => {
    mock.on(DescribeServiceDeploymentsCommand).resolves({
      serviceDeployments: [
        {
          serviceDeploymentArn: 'sd/1',
          serviceArn: arn('service/shop/web'),
          status: 'ROLLBACK_IN_PROGRESS',
          statusReason: 'because',
          lifecycleStage: 'SCALE_UP',
          createdAt: at,
          sourceServiceRevisions: [{ runningTaskCount: 2 }, { runningTaskCount: 1 }, {}],
          targetServiceRevision: {
            arn: 'rev/2',
            requestedTaskCount: 3,
            runningTaskCount: 1,
            pendingTaskCount: 2,
            requestedProductionTrafficWeight: 10,
            requestedTestTrafficWeight: 0,
          },
          deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
          deploymentConfiguration: {
            strategy: 'CANARY',
            bakeTimeInMinutes: 1,
            canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 5 },
          },
          alarms: { status: 'MONITORING', alarmNames: ['5xx', 'slow'], triggeredAlarmNames: ['5xx'] },
          lifecycleHookDetails: [
            {
              hookId: 'h',
              targetType: 'PAUSE',
              status: 'AWAITING_ACTION',
              expiresAt: at,
              timeoutAction: 'ROLLBACK',
            },
          ],
          rollback: { reason: 'why', serviceRevisionArn: 'rev/1' },
        },
        {
          serviceDeploymentArn: 'sd/2',
          createdAt: at,
          serviceArn: arn('service/shop/worker'),
          status: 'PENDING',
        },
        { serviceDeploymentArn: 'sd/3' },
      ],
      failures: [{ arn: 'sd/4', reason: 'MISSING' }],
    })

    expect(await ecs.serviceDeployments(['sd/1', 'sd/2', 'sd/3', 'sd/4'])).toStrictEqual([
      {
        arn: 'sd/1',
        service: 'web',
        status: 'ROLLBACK_IN_PROGRESS',
        statusReason: 'because',
        lifecycleStage: 'SCALE_UP',
        createdAt: at.getTime(),
        target: { requested: 3, running: 1, pending: 2, traffic: { production: 10, test: 0 } },
        targetRevision: 'rev/2',
        sourceRunning: 3,
        circuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
        alarms: { status: 'MONITORING', names: ['5xx', 'slow'], triggered: ['5xx'] },
        pacing: { bakeMinutes: 1, canaryBakeMinutes: 5 },
        hooks: [
          {
            id: 'h',
            status: 'AWAITING_ACTION',
            targetType: 'PAUSE',
            expiresAt: at.getTime(),
            timeoutAction: 'ROLLBACK',
          },
        ],
        rollback: { reason: 'why', serviceRevision: 'rev/1' },
      },
      {
        arn: 'sd/2',
        service: 'worker',
        status: 'PENDING',
        createdAt: at.getTime(),
        target: { requested: 0, running: 0, pending: 0 },
        sourceRunning: 0,
        hooks: [],
      },
    ])
  })

  it('lead to task definitions by their revisions', async () => {
    mock.on(DescribeServiceRevisionsCommand).resolves({
      serviceRevisions: [
        { serviceRevisionArn: 'rev/1', taskDefinition: 'td:1' },
        { serviceRevisionArn: 'rev/2' },
      ],
    })

    expect(await ecs.serviceRevisions(['rev/1', 'rev/2'])).toEqual([{ arn: 'rev/1', taskDefinition: 'td:1' }])
  })

  it('are asked to roll back, not to abort', async () => {
    mock.on(StopServiceDeploymentCommand, { serviceDeploymentArn: 'sd/1', stopType: 'ROLLBACK' }).resolves({})

    expect(await ecs.rollBack('sd/1')).toBe('asked')
  })

  it.each([
    ['SUCCESSFUL', 'too_late'],
    ['STOPPED', 'too_late'],
    ['ROLLBACK_SUCCESSFUL', 'too_late'],
    ['ROLLBACK_FAILED', 'too_late'],
    ['ROLLBACK_IN_PROGRESS', 'asked'],
  ] as const)('that are %s when the rollback is refused: %s', async (status, outcome) => {
    mock.on(StopServiceDeploymentCommand).rejects(new ConflictException({ message: 'no', ...metadata }))
    mock
      .on(DescribeServiceDeploymentsCommand)
      .resolves({ serviceDeployments: [{ serviceDeploymentArn: 'sd/1', createdAt: at, status }] })

    expect(await ecs.rollBack('sd/1')).toBe(outcome)
  })

  it('were asked by what was sent before, where an answer was lost and the rollback is over by now', async () => {
    const refused = new ConflictException({
      message: 'no',
      $metadata: { ...metadata.$metadata, attempts: 2 },
    })
    mock.on(StopServiceDeploymentCommand).rejects(refused)
    mock.on(DescribeServiceDeploymentsCommand).resolves({
      serviceDeployments: [{ serviceDeploymentArn: 'sd/1', createdAt: at, status: 'ROLLBACK_SUCCESSFUL' }],
    })

    expect(await ecs.rollBack('sd/1')).toBe('asked')
  })

  it('fail to roll back when they are still at work and ECS refuses', async () => {
    mock.on(StopServiceDeploymentCommand).rejects(new ConflictException({ message: 'no', ...metadata }))
    mock.on(DescribeServiceDeploymentsCommand).resolves({
      serviceDeployments: [{ serviceDeploymentArn: 'sd/1', createdAt: at, status: 'IN_PROGRESS' }],
    })

    await expect(ecs.rollBack('sd/1')).rejects.toThrow('no')
  })
})

describe('tasks', () => {
  it('are listed up to the limit, over pages', async () => {
    mock.on(ListTasksCommand, { maxResults: 100 }).resolves({ taskArns: numbered(100), nextToken: '2' })
    mock
      .on(ListTasksCommand, { maxResults: 50, nextToken: '2' })
      .resolves({ taskArns: numbered(50), nextToken: '3' })

    const found = await ecs.taskArns({
      cluster: 'shop',
      service: 'web',
      desiredStatus: 'STOPPED',
      limit: 150,
    })

    expect(found).toHaveLength(150)
    expect(mock.calls()).toHaveLength(2)
  })

  it.each([
    [{ stoppedAt: new Date(3), stoppingAt: new Date(2), executionStoppedAt: new Date(1) }, 3],
    [{ stoppingAt: new Date(2), executionStoppedAt: new Date(1) }, 2],
    [{ executionStoppedAt: new Date(1) }, 1],
  ])('stopped when they stopped, or began to: %o', async (times, stoppedAt) => {
    mock.on(DescribeTasksCommand).resolves({ tasks: [{ taskArn: arn('task/shop/1'), ...times }] })

    expect(await ecs.tasks('shop', ['1'])).toMatchObject([{ stoppedAt }])
  })

  it('have the address of their network interface', async () => {
    mock.on(DescribeTasksCommand).resolves({
      tasks: [
        {
          taskArn: arn('task/shop/abc'),
          taskDefinitionArn: 'td:1',
          group: 'service:web',
          lastStatus: 'STOPPED',
          stopCode: 'EssentialContainerExited',
          stoppedReason: 'Essential container in task exited',
          attachments: [
            { type: 'Service Connect', details: [{ name: 'privateIPv4Address', value: '10.0.0.9' }] },
            { type: 'ElasticNetworkInterface', details: [{ name: 'privateIPv4Address', value: '10.0.0.1' }] },
          ],
          containers: [
            { name: 'web', exitCode: 0, imageDigest: 'sha256:1' },
            { name: 'proxy', reason: 'OutOfMemoryError' },
          ],
        },
      ],
      failures: [{ arn: 'x', reason: 'MISSING' }],
    })

    expect(await ecs.tasks('shop', ['abc', 'x'])).toStrictEqual([
      {
        arn: arn('task/shop/abc'),
        id: 'abc',
        taskDefinition: 'td:1',
        group: 'service:web',
        lastStatus: 'STOPPED',
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        ip: '10.0.0.1',
        containers: [
          { name: 'web', exitCode: 0, imageDigest: 'sha256:1' },
          { name: 'proxy', reason: 'OutOfMemoryError' },
        ],
      },
    ])
  })
})

describe('a task by itself', () => {
  const run = {
    cluster: 'shop',
    taskDefinition: arn('task-definition/shop-web:2'),
    container: 'web',
    command: ['node', 'migrate.js'],
    placement: {
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    },
    startedBy: 'tapit-run/ada',
    token: 'once',
  }

  it('is started in the place of its service, with the command and the size that were asked for', async () => {
    mock.on(RunTaskCommand).resolves({ tasks: [{ taskArn: arn('task/shop/1'), createdAt: at }] })

    const task = await ecs.runTask({ ...run, cpu: 512, memory: 2048 })

    expect(task).toMatchObject({ id: '1', createdAt: at.getTime() })
    expect(mock.call(0).args[0].input).toStrictEqual({
      cluster: 'shop',
      taskDefinition: arn('task-definition/shop-web:2'),
      count: 1,
      startedBy: 'tapit-run/ada',
      clientToken: 'once',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      overrides: {
        cpu: '512',
        memory: '2048',
        containerOverrides: [{ name: 'web', command: ['node', 'migrate.js'] }],
      },
    })
  })

  it('fails where ECS starts none, although it answers', async () => {
    mock.on(RunTaskCommand).resolves({
      tasks: [],
      failures: [{ reason: 'Capacity is unavailable at this time.', detail: 'eu-west-1a' }],
    })

    await expect(ecs.runTask(run)).rejects.toMatchObject({
      kind: 'refused',
      code: 'task_not_placed',
      message: 'ECS started no task: Capacity is unavailable at this time. (eu-west-1a)',
      advice: expect.stringContaining('Try again'),
    })
  })

  it('is stopped with a reason that ECS takes', async () => {
    mock.on(StopTaskCommand).resolves({})

    await ecs.stopTask({ cluster: 'shop', arn: arn('task/shop/1'), reason: 'x'.repeat(300) })

    expect(mock.call(0).args[0].input).toStrictEqual({
      cluster: 'shop',
      task: arn('task/shop/1'),
      reason: 'x'.repeat(255),
    })
  })

  it('is entered by a session, and fails where ECS answers none', async () => {
    const wish = { cluster: 'shop', task: arn('task/shop/1'), container: 'web', command: '/bin/sh' }
    mock
      .on(ExecuteCommandCommand, { ...wish, interactive: true })
      .resolvesOnce({ session: { sessionId: 's', streamUrl: 'wss://x', tokenValue: 't' } })
      .resolvesOnce({})

    expect(await ecs.executeCommand(wish)).toStrictEqual({ id: 's', streamUrl: 'wss://x', token: 't' })
    await expect(ecs.executeCommand(wish)).rejects.toThrow('without a session')
  })

  it('says how the agent stands that lets people in', async () => {
    mock.on(DescribeTasksCommand).resolves({
      tasks: [
        {
          taskArn: arn('task/shop/1'),
          enableExecuteCommand: true,
          containers: [
            {
              name: 'web',
              runtimeId: '1-2',
              lastStatus: 'RUNNING',
              managedAgents: [{ name: 'ExecuteCommandAgent', lastStatus: 'STOPPED' }],
            },
          ],
        },
      ],
    })

    expect(await ecs.tasks('shop', ['1'])).toMatchObject([
      {
        letsIn: true,
        containers: [{ name: 'web', runtimeId: '1-2', lastStatus: 'RUNNING', execAgent: 'STOPPED' }],
      },
    ])
  })
})

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `task/${index}`)
}
