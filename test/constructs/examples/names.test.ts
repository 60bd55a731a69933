import { describe, expect, it } from 'vitest'
import { type CloudFormationTemplate, synthesizeExample, tapitYmlOf } from './support/examples.ts'

type Named = { readonly type: string; readonly key: string; readonly name: string }

type Limit = {
  /** Characters. */
  readonly limit: number
  readonly source: string
  /** Names are unique within something smaller than account and region. @default - they are not */
  readonly within?: string
}

/** Every property that names something in AWS, and what AWS allows there. A new one has to be entered here. */
const limits: Readonly<Record<string, Limit>> = {
  'AWS::ApplicationAutoScaling::ScalingPolicy.PolicyName': {
    limit: 256,
    within: 'the scalable target',
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html',
  },
  'AWS::CloudWatch::Alarm.AlarmName': {
    limit: 255,
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html',
  },
  'AWS::CloudWatch::Dashboard.DashboardName': {
    limit: 255,
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html',
  },
  'AWS::DynamoDB::Table.TableName': {
    limit: 255,
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html',
  },
  'AWS::ECR::Repository.RepositoryName': {
    limit: 256,
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html',
  },
  'AWS::ECS::Cluster.ClusterName': {
    limit: 255,
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html',
  },
  'AWS::ECS::Service.ServiceName': {
    limit: 255,
    within: 'the cluster',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html',
  },
  'AWS::ECS::TaskDefinition.Family': {
    limit: 255,
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html',
  },
  'AWS::ElasticLoadBalancingV2::LoadBalancer.Name': {
    limit: 32,
    source:
      'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html',
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup.Name': {
    limit: 32,
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html',
  },
  'AWS::IAM::Policy.PolicyName': {
    limit: 128,
    within: 'the role',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html',
  },
  'AWS::IAM::Role.RoleName': {
    limit: 64,
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html',
  },
  'AWS::Logs::LogGroup.LogGroupName': {
    limit: 512,
    source: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html',
  },
  'AWS::SNS::Topic.DisplayName': {
    limit: 100,
    source: 'https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html',
  },
  'AWS::SSM::Parameter.Name': {
    limit: 1011,
    source: 'https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html',
  },
  'AWS::Scheduler::Schedule.Name': {
    limit: 64,
    source: 'https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html',
  },
}

const stackNameLimit = 128

/** As long as tapit.yml lets them be. */
const longest = {
  app: `s${'h'.repeat(61)}p`,
  environment: `s${'t'.repeat(61)}g`,
  process: `w${'o'.repeat(61)}r`,
  schedule: `n${'i'.repeat(61)}y`,
  strategy: `c${'a'.repeat(61)}l`,
}

describe('two environments of one app in one account', () => {
  const { templates } = synthesizeExample('shop')
  const [production, staging] = [namesIn(templates['shop']), namesIn(templates['shop-staging'])]

  it('have no name in common but what is within the cluster, the role or the scalable target', () => {
    const own = (named: readonly Named[]): readonly string[] =>
      named.filter(each => limitOf(each).within === undefined).map(({ type, name }) => `${type} ${name}`)

    const shared = own(production).filter(name => own(staging).includes(name))

    expect(own(staging).length).toBeGreaterThan(25)
    expect(shared).toEqual([])
  })

  it('each have any name once', () => {
    for (const named of [production, staging]) {
      const all = named.map(({ type, key, name }) => `${type} ${key} ${name}`)
      expect(all.toSorted()).toEqual([...new Set(all)].toSorted())
    }
  })

  it('share the foundation, and depend on no other stack', () => {
    const { stacks } = synthesizeExample('shop')

    const dependencies = stacks.map(stack => [
      stack.stackName,
      stack.dependencies.map(each => each.stackName),
    ])

    expect(dependencies).toEqual([
      ['tapit-foundation', []],
      ['shop-staging', ['tapit-foundation']],
      ['shop', ['tapit-foundation']],
    ])
  })
})

describe('the longest names that tapit.yml allows', () => {
  const { templates } = synthesizeExample('shop', longestShop())
  const stacks = Object.entries(templates)
  const named = stacks.flatMap(([, template]) => namesIn(template))

  it('keep AWS’s limits', () => {
    const tooLong = named.filter(each => each.name.length > limitOf(each).limit)

    expect(stacks.filter(([stack]) => stack.length > stackNameLimit)).toEqual([])
    expect(tooLong).toEqual([])
    expect(Math.max(...named.map(({ name }) => name.length))).toBeGreaterThan(190)
  })

  it('stay apart where they had to be shortened', () => {
    const shortened = named
      .filter(each => limitOf(each).limit <= 64)
      .map(({ type, name }) => `${type} ${name}`)

    expect(shortened.length).toBeGreaterThan(10)
    expect(new Set(shortened).size).toBe(shortened.length)
  })

  it('are the same each time', () => {
    expect(synthesizeExample('shop', longestShop()).templates).toEqual(templates)
  })

  it('cover every kind of name that the examples have', () => {
    expect([...new Set(named.map(({ type, key }) => `${type}.${key}`))].toSorted()).toEqual(
      Object.keys(limits),
    )
  })
})

function longestShop(): string {
  return tapitYmlOf('shop')
    .replace('app: shop\n', `app: ${longest.app}\n`)
    .replace('  staging:\n', `  ${longest.environment}:\n`)
    .replaceAll(/\bworker\b(?=[:,])/g, longest.process)
    .replaceAll(/\bbackoffice\b(?=[:, }])/g, `b${longest.process.slice(1)}`)
    .replace('nightly:', `${longest.schedule}:`)
    .replaceAll(/\bcareful\b/g, longest.strategy)
}

function limitOf({ type, key }: Named): Limit {
  const found = limits[`${type}.${key}`]
  if (found === undefined) throw new Error(`${type}.${key} has no limit in the table`)
  return found
}

/** What a template names itself: plain text in a property that is a name. References are to what has its own entry. */
function namesIn(template: CloudFormationTemplate | undefined): readonly Named[] {
  return Object.values(template?.Resources ?? {}).flatMap(({ Type, Properties = {} }) =>
    Object.entries(Properties).flatMap(([key, name]) =>
      /Name$|^Family$/.test(key) && typeof name === 'string' ? [{ type: Type, key, name }] : [],
    ),
  )
}
