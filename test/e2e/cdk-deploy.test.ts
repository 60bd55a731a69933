import {
  BatchGetImageCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  PutImageCommand,
} from '@aws-sdk/client-ecr'
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation'
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rollbackAlarmName, targetGroupColors } from '../../lib/names/aws.ts'
import { bootstrap, deploy, synthesize, templateOf } from './support/infrastructure.ts'
import { account, type Moto, openMoto, region } from './support/moto.ts'

/** What moto's CloudFormation does not know, and leaves out of the stacks of examples/shop. It may only shrink. */
const skippedByMoto = [
  'AWS::ApplicationAutoScaling::ScalableTarget',
  'AWS::ApplicationAutoScaling::ScalingPolicy',
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::ECS::ClusterCapacityProviderAssociations',
  'AWS::IAM::OIDCProvider',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::Scheduler::Schedule',
]

const stacks = ['tapit-foundation', 'shop-staging', 'shop']
const registry = `${account}.dkr.ecr.${region}.amazonaws.com`

let moto: Moto
let synthesized: string
let clients: ReturnType<typeof clientsOf>
beforeAll(async () => {
  moto = await openMoto()
  clients = clientsOf(moto)
  await bootstrap(moto)
  synthesized = await synthesize(moto, 'shop')
}, 300_000)
afterAll(async () => {
  await moto.close()
})

describe('cdk deploy of examples/shop at moto, which we did not write', () => {
  it('makes the foundation, staging and production in one account', async () => {
    const said = await deploy(moto, synthesized)
    const made = [...said.matchAll(/✅\s+(\S+)\n/g)].map(([, stack]) => stack)

    expect(made[0]).toBe('tapit-foundation')
    expect(new Set(made.slice(1))).toEqual(new Set(['shop-staging', 'shop']))
  })

  it('moto skips no type but those that are written here, and still skips those', async () => {
    const skipped = await Promise.all(stacks.map(stack => skippedTypes(stack)))

    expect([...new Set(skipped.flat())].toSorted()).toEqual(skippedByMoto)
  })

  it('changes nothing when nothing changed', async () => {
    const said = await deploy(moto, synthesized)

    expect(said.match(/✅\s+\S+ \(no changes\)/g)).toHaveLength(stacks.length)
  })

  it('tapit finds the processes, their placeholders and the table with no further setting', async () => {
    const { code, document } = await moto.json('-a', 'shop', 'status')
    const records = await moto.json('-a', 'shop', 'list', 'deploys')

    expect(code).toBe(0)
    expect(document).toMatchObject({
      app: 'shop',
      environment: 'production',
      processes: [
        { process: 'backoffice', kind: 'api' },
        { process: 'default', kind: 'web' },
        { process: 'worker', kind: 'worker' },
      ],
    })
    expect(records).toMatchObject({ code: 0, document: { deployments: [] } })
  })

  it('the plan of a first deploy takes repository, container, template, kind and strategy from what CDK made', async () => {
    await makeSkippedAlarms()
    const shared = await push('shop', 'v1.0.0')
    const own = await push('shop/backoffice', 'v1.0.0')

    const { code, document } = await moto.json(
      '-a',
      'shop',
      'create',
      'deploy',
      'docker_tag=v1.0.0',
      '--dry-run',
    )

    expect(code).toBe(0)
    expect(document.processes).toMatchObject([
      {
        process: 'backoffice',
        kind: 'api',
        strategy: 'rolling',
        imageDigest: own,
        desiredBefore: 1,
        desired: 2,
      },
      { process: 'default', kind: 'web', strategy: 'canary', strategyName: 'careful', imageDigest: shared },
      { process: 'worker', kind: 'worker', strategy: 'rolling', imageDigest: shared },
    ])
    expect(document.processes.map(({ previous }: any) => previous)).toMatchObject([
      { isPlaceholder: true },
      { isPlaceholder: true },
      { isPlaceholder: true },
    ])
  })

  it('refuses the deploy itself for what moto lacks, and for nothing else', async () => {
    const { code, document } = await moto.json('-a', 'shop', 'create', 'deploy', 'docker_tag=v1.0.0')

    expect(code).toBe(3)
    expect(document.error).toMatchObject({
      code: 'not_implemented',
      message: expect.stringMatching(/does not implement ecs:ListServiceDeployments/),
    })
  })

  it('tells staging from production', async () => {
    const { code, document } = await moto.json('-a', 'shop', '-e', 'staging', 'status')

    expect(code).toBe(0)
    expect(document).toMatchObject({ app: 'shop-staging', environment: 'staging' })
    expect(document.processes).toHaveLength(3)
  })

  it('a changed variable, size and count leave image, task count and weights of ten deploys alone, and wait in the template', async () => {
    for (let release = 1; release <= 10; release += 1) await deployByApi(`v1.0.${release}`)
    await sendAllTrafficTo('green')
    const before = await whatRuns()

    const changed = await synthesize(moto, 'changed', file =>
      file
        .replaceAll('LOG_LEVEL: warn', 'LOG_LEVEL: debug')
        .replace('cpu: 512', 'cpu: 1024')
        .replace('memory: 1024', 'memory: 2048')
        .replace('count: 2', 'count: 5'),
    )
    const said = await deploy(moto, changed)
    const after = await whatRuns()
    const template = await definition('shop-default-template')
    const { document } = await moto.json('-a', 'shop', 'create', 'deploy', 'docker_tag=v1.0.0', '--dry-run')

    expect(said).toMatch(/✅\s+shop\n/)
    expect(after).toEqual(before)
    expect(after.services).toMatchObject([
      { name: 'backoffice', taskDefinition: expect.stringMatching(/shop-backoffice:11$/), desired: 7 },
      { name: 'default', taskDefinition: expect.stringMatching(/shop-default:11$/), desired: 7 },
      { name: 'worker', taskDefinition: expect.stringMatching(/shop-worker:11$/), desired: 7 },
    ])
    expect(template).toMatchObject({ cpu: '1024', memory: '2048' })
    expect(template?.containerDefinitions?.[0]?.environment).toContainEqual({
      name: 'LOG_LEVEL',
      value: 'debug',
    })
    expect(document.processes[1].changes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'cpu', before: '512', after: '1024' }),
        expect.objectContaining({ path: expect.stringMatching(/default.*image/) }),
      ]),
    )
    expect((await services()).find(({ serviceName }) => serviceName === 'backoffice')?.tags).toContainEqual({
      key: 'tapit:count',
      value: '5',
    })
  })

  it('table, logs and images outlive the stacks', async () => {
    const { code } = await moto.cdk(['destroy', 'shop', '--force', '--app', synthesized])
    const groups = await clients.logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: '/tapit/shop/' }),
    )
    const table = await clients.dynamodb.send(new DescribeTableCommand({ TableName: 'tapit' }))
    const repositories = await clients.ecr.send(
      new DescribeRepositoriesCommand({ repositoryNames: ['shop', 'shop/backoffice'] }),
    )
    const images = await clients.ecr.send(
      new BatchGetImageCommand({ repositoryName: 'shop', imageIds: [{ imageTag: 'v1.0.0' }] }),
    )

    expect(code).toBe(0)
    expect(groups.logGroups?.map(({ logGroupName }) => logGroupName)).toEqual([
      '/tapit/shop/audit',
      '/tapit/shop/backoffice',
      '/tapit/shop/default',
      '/tapit/shop/deployments',
      '/tapit/shop/worker',
    ])
    expect(table.Table?.TableStatus).toBe('ACTIVE')
    expect(repositories.repositories).toHaveLength(2)
    expect(images.images).toHaveLength(1)
  })
})

function clientsOf({ url, env }: Moto) {
  const options = {
    endpoint: url,
    region,
    credentials: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  }
  return {
    stacks: new CloudFormationClient(options),
    logs: new CloudWatchLogsClient(options),
    dynamodb: new DynamoDBClient(options),
    ecr: new ECRClient(options),
    ecs: new ECSClient(options),
    balancing: new ElasticLoadBalancingV2Client(options),
    alarms: new CloudWatchClient(options),
  }
}

/** The alarms that guard deployments by `careful`: moto's CloudFormation leaves alarms out, and tapit does not deploy without. */
async function makeSkippedAlarms(): Promise<void> {
  for (const color of targetGroupColors) {
    const AlarmName = rollbackAlarmName({
      app: 'shop',
      process: 'default',
      strategy: 'careful',
      rule: 1,
      color,
    })
    await clients.alarms.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'HTTPCode_Target_5XX_Count',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    )
  }
}

/** Types of the template of which no resource is in the stack. */
async function skippedTypes(stack: string): Promise<readonly string[]> {
  const { Resources } = await templateOf(synthesized, stack)
  const { StackResources = [] } = await clients.stacks.send(
    new DescribeStackResourcesCommand({ StackName: stack }),
  )
  const made = new Set(StackResources.map(({ LogicalResourceId }) => LogicalResourceId))
  return Object.entries(Resources).flatMap(([id, { Type }]) => (made.has(id) ? [] : [Type]))
}

/** Answers its digest, which no other repository has. */
async function push(repositoryName: string, imageTag: string): Promise<string | undefined> {
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json'
  const config = {
    mediaType: 'application/vnd.docker.container.image.v1+json',
    size: 100 + repositoryName.length,
    digest: `sha256:${'1'.repeat(64)}`,
  }
  const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [] })
  const { image } = await clients.ecr.send(new PutImageCommand({ repositoryName, imageTag, imageManifest }))
  return image?.imageId?.imageDigest
}

async function services(): Promise<readonly Service[]> {
  const { services: found = [] } = await clients.ecs.send(
    new DescribeServicesCommand({
      cluster: 'shop',
      services: ['backoffice', 'default', 'worker'],
      include: ['TAGS'],
    }),
  )
  return found
}

/** What `tapit create deploy` does in ECS, which moto cannot follow: a revision of the release family, and the service brought to it. */
async function deployByApi(tag: string): Promise<void> {
  for (const { serviceName = '' } of await services()) {
    const from = await definition(`shop-${serviceName}-template`)
    const { taskDefinition } = await clients.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: `shop-${serviceName}`,
        cpu: from?.cpu,
        memory: from?.memory,
        networkMode: from?.networkMode,
        requiresCompatibilities: from?.requiresCompatibilities,
        containerDefinitions: from?.containerDefinitions?.map(each => ({
          ...each,
          image: `${registry}/shop:${tag}`,
        })),
      }),
    )
    await clients.ecs.send(
      new UpdateServiceCommand({
        cluster: 'shop',
        service: serviceName,
        taskDefinition: taskDefinition?.taskDefinitionArn,
        desiredCount: 7,
      }),
    )
  }
}

async function definition(reference: string) {
  const { taskDefinition } = await clients.ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: reference }),
  )
  return taskDefinition
}

/** As ECS does at the end of a canary. */
async function sendAllTrafficTo(color: 'blue' | 'green'): Promise<void> {
  const service = (await services()).find(({ serviceName }) => serviceName === 'default')
  const balancer = service?.loadBalancers?.[0]
  const [blue, green] = [balancer?.targetGroupArn, balancer?.advancedConfiguration?.alternateTargetGroupArn]
  await clients.balancing.send(
    new ModifyRuleCommand({
      RuleArn: balancer?.advancedConfiguration?.productionListenerRule,
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: blue, Weight: color === 'blue' ? 100 : 0 },
              { TargetGroupArn: green, Weight: color === 'green' ? 100 : 0 },
            ],
          },
        },
      ],
    }),
  )
}

/** Image, task count and the weights of the production rule of each process. */
async function whatRuns() {
  const found = await services()
  const described = await Promise.all(
    found.map(async ({ serviceName, taskDefinition = '', desiredCount }) => ({
      name: serviceName,
      taskDefinition,
      desired: desiredCount,
      image: (await definition(taskDefinition))?.containerDefinitions?.[0]?.image,
    })),
  )
  const RuleArns = found.flatMap(({ loadBalancers = [] }) =>
    loadBalancers.flatMap(({ advancedConfiguration }) => advancedConfiguration?.productionListenerRule ?? []),
  )
  const { Rules = [] } = await clients.balancing.send(new DescribeRulesCommand({ RuleArns }))
  return {
    services: described,
    weights: Rules.map(({ Actions }) =>
      Actions?.[0]?.ForwardConfig?.TargetGroups?.map(({ Weight }) => Weight),
    ),
  }
}
