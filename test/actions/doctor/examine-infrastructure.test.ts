import { describe, expect, it } from 'vitest'
import { examineInfrastructure } from '../../../lib/actions/doctor/examine-infrastructure.ts'
import type { Stacks } from '../../../lib/actions/doctor/ports.ts'
import type { ListenerRules } from '../../../lib/actions/ports.ts'
import { readTemplate } from '../../../lib/actions/doctor/template.ts'
import type { TaskDefinition } from '../../../lib/deployment/task-definition.ts'
import type { ClassicDeployment, Ecs, Service } from '../../../lib/actions/ports.ts'

const arnOf = (color: string) =>
  `arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop-web-${color}/1`

const resources = (path: string) =>
  readTemplate(
    JSON.stringify({
      Resources: {
        Rule: {
          Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
          Properties: {
            Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [path] } }],
            Actions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Blue' } }],
          },
        },
        Service: {
          Type: 'AWS::ECS::Service',
          Properties: {
            ServiceName: 'web',
            LoadBalancers: [{ AdvancedConfiguration: { ProductionListenerRule: { Ref: 'Rule' } } }],
          },
        },
      },
    }),
    'a test',
  )

describe('the doctor', () => {
  it('finds nothing to disturb where there is no stack', async () => {
    expect(await findings({ stacks: { deployed: async () => undefined } })).toEqual([
      { is: 'first_deploy', stack: 'shop' },
    ])
  })

  it('finds a change harmless that writes no rule', async () => {
    expect(await findings({ next: resources('/') })).toEqual([{ is: 'harmless', stack: 'shop' }])
  })

  it('asks for no rule but those that would be written', async () => {
    const asked: string[] = []
    const live = async (arns: readonly string[]) => {
      asked.push(...arns)
      return []
    }

    await findings({ next: resources('/'), live })
    expect(asked).toEqual([])

    await findings({ next: resources('/v2'), live })
    expect(asked).toEqual(['rule-arn'])
  })

  it('names the tag that runs, to be deployed once more', async () => {
    const live = async () => [{ arn: 'rule-arn', weights: [{ targetGroup: arnOf('green'), weight: 100 }] }]

    expect(await findings({ next: resources('/v2'), live })).toMatchObject([
      { is: 'weights_moved', process: 'web', dockerTag: 'v1.2.3' },
    ])
  })

  it('reads the template and what is touched out of a change set', async () => {
    const live = async () => [{ arn: 'rule-arn', weights: [{ targetGroup: arnOf('green'), weight: 100 }] }]
    const changeSet: Stacks['changeSet'] = async () => ({
      template: resources('/'),
      touched: new Set(['Rule']),
    })

    expect(await findings({ next: { changeSet: 'mine' }, live, stacks: { changeSet } })).toMatchObject([
      { is: 'weights_moved', process: 'web' },
    ])
  })

  it.each<{ readonly fact: string; readonly deployments: readonly ClassicDeployment[] }>([
    { fact: 'is under way', deployments: [deployment({ rolloutState: 'IN_PROGRESS' })] },
    { fact: 'bakes beside the old one', deployments: [deployment(), deployment({ status: 'ACTIVE' })] },
  ])('finds a deployment that $fact', async ({ deployments }) => {
    expect(await findings({ next: resources('/'), service: { deployments } })).toEqual([
      { is: 'deployment_in_progress', process: 'web' },
    ])
  })

  it('finds a revision that is newer than what runs, where CloudFormation names the bare family', async () => {
    const tags = { 'tapit:template': 'shop-web-template' }
    const service = { tags, taskDefinition: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/shop-web:7' }
    const revisions = (newest: number) => [
      `arn:aws:ecs:eu-west-1:111122223333:task-definition/shop-web:${newest}`,
    ]

    expect(await findings({ service, revisions: revisions(8) })).toEqual([
      { is: 'stray_revision', process: 'web', newest: 'shop-web:8', running: 'shop-web:7' },
    ])
    expect(await findings({ service, revisions: revisions(7) })).toMatchObject([{ is: 'harmless' }])
    expect(await findings({ service: { ...service, tags: {} }, revisions: revisions(8) })).toMatchObject([
      { is: 'harmless' },
    ])
  })
})

describe('what a change takes from a running revision', () => {
  const service = {
    tags: { 'tapit:template': 'shop-web-template', 'tapit:repository': 'shop' },
    taskDefinition: 'revision',
  }
  const deployed = async () => runs({ path: '/healthz', grants: ['s3:GetObject', 's3:PutObject'] })
  const next = runs({ path: '/ready', grants: ['s3:GetObject'] })

  it('is found, with the tag that runs', async () => {
    expect(await findings({ next, stacks: { deployed }, service, revisions: ['revision'] })).toEqual([
      {
        is: 'grants_removed',
        process: 'web',
        role: 'task',
        lost: [{ actions: ['s3:PutObject'], resource: 'reports' }],
        dockerTag: 'v1.2.3',
      },
      {
        is: 'health_check_changed',
        process: 'web',
        changes: [{ setting: 'HealthCheckPath', before: '/healthz', after: '/ready' }],
      },
    ])
  })

  it('is nothing to a placeholder', async () => {
    const running = {
      tags: {},
      containers: [{ name: 'web', image: 'public.ecr.aws/nginx', essential: true, hasHealthCheck: false }],
    }

    expect(await findings({ next, stacks: { deployed }, service, revisions: ['revision'], running })).toEqual(
      [{ is: 'harmless', stack: 'shop' }],
    )
  })
})

/** A process with a task role and a target group. */
function runs({ path, grants }: { readonly path: string; readonly grants: readonly string[] }) {
  const Resources = {
    Service: {
      Type: 'AWS::ECS::Service',
      Properties: {
        ServiceName: 'web',
        Tags: [{ Key: 'tapit:template', Value: 'shop-web-template' }],
        LoadBalancers: [{ TargetGroupArn: { Ref: 'Blue' } }],
      },
    },
    Blue: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { HealthCheckPath: path } },
    Definition: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: { Family: 'shop-web-template', TaskRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } },
    },
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        Roles: [{ Ref: 'Role' }],
        PolicyDocument: {
          Statement: [{ Effect: 'Allow', Action: grants, Resource: 'arn:aws:s3:::reports' }],
        },
      },
    },
  }
  return readTemplate(JSON.stringify({ Resources }), 'a test')
}

type Situation = {
  readonly next?: Parameters<typeof examineInfrastructure>[0]['next']
  readonly stacks?: Partial<Stacks>
  readonly live?: ListenerRules['live']
  readonly service?: Partial<Service>
  readonly running?: Partial<TaskDefinition>
  /** Of the release family, newest first. */
  readonly revisions?: readonly string[]
}

function findings({
  next = resources('/'),
  stacks,
  live = async () => [],
  service,
  running,
  revisions = [],
}: Situation) {
  const nothing = () => Promise.reject(new Error('is not asked for'))
  const cluster = { name: 'shop', arn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/shop', tags: {} }
  const ecs: Partial<Ecs> = {
    cluster: async () => cluster,
    serviceArns: async () => ['arn'],
    services: async () => [aService(service)],
    newestRevisions: async () => revisions,
    taskDefinition: async () => ({
      arn: 'revision',
      family: 'shop-web',
      revision: 7,
      isActive: true,
      tags: { 'tapit:docker-tag': 'v1.2.3' },
      containers: [
        {
          name: 'web',
          image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:0',
          essential: true,
          hasHealthCheck: false,
        },
      ],
      definition: {},
      ...running,
    }),
  }
  return examineInfrastructure(
    { app: 'shop', stack: 'shop', next },
    {
      // The others are not called.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
      ports: { ecs: ecs as Ecs },
      stacks: {
        deployed: async () => resources('/'),
        changeSet: nothing,
        physicalIds: async () =>
          new Map([
            ['Rule', 'rule-arn'],
            ['Blue', arnOf('blue')],
          ]),
        ...stacks,
      },
      rules: { live },
    },
  )
}

function aService(over: Partial<Service> = {}): Service {
  return {
    name: 'web',
    arn: 'arn',
    cluster: 'shop',
    tags: {},
    controller: 'ECS',
    scheduling: 'REPLICA',
    desired: 1,
    running: 1,
    pending: 0,
    taskDefinition: 'revision',
    deployments: [deployment()],
    loadBalancers: [],
    wiring: [],
    gracePeriodSeconds: 0,
    configuration: {},
    ...over,
  }
}

function deployment(over: Partial<ClassicDeployment> = {}): ClassicDeployment {
  return {
    id: 'ecs-svc/1',
    status: 'PRIMARY',
    taskDefinition: 'revision',
    rolloutState: 'COMPLETED',
    running: 1,
    failedTasks: 0,
    ...over,
  }
}
