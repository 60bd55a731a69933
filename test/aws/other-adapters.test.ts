import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  ECRClient,
  type ImageDetail,
  ImageNotFoundException,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr'
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'

import { awsAlarms } from '../../lib/adapters/aws/alarms.ts'
import { awsIdentity } from '../../lib/adapters/aws/identity.ts'
import { awsImages } from '../../lib/adapters/aws/images.ts'
import { awsParameters } from '../../lib/adapters/aws/parameters.ts'
import { awsTargets } from '../../lib/adapters/aws/targets.ts'

const region = 'eu-west-1'
const metadata = { $metadata: {} }

describe('images', () => {
  const mock = mockClient(ECRClient)
  const repository = '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web'
  const asked: (string | undefined)[] = []
  const images = awsImages(of => {
    asked.push(of)
    return new ECRClient({ region: of ?? region })
  })
  beforeEach(() => {
    mock.reset()
    asked.length = 0
  })

  it('are found by tag, archived ones too, in the repository’s own account and region', async () => {
    mock
      .on(DescribeImagesCommand, {
        registryId: '123456789012',
        repositoryName: 'shop/web',
        imageIds: [{ imageTag: 'v1' }],
        filter: { imageStatus: 'ANY' },
      })
      .resolves({
        imageDetails: [
          { imageDigest: 'sha256:1', imageTags: ['v1'], imagePushedAt: new Date(5), imageStatus: 'ARCHIVED' },
        ],
      })

    expect(await images.find(repository, { tag: 'v1' })).toEqual({
      digest: 'sha256:1',
      tags: ['v1'],
      pushedAt: 5,
      status: 'ARCHIVED',
    })
    expect(asked).toEqual(['us-east-1'])
  })

  it('are absent when ECR has none', async () => {
    mock.on(DescribeImagesCommand).rejects(new ImageNotFoundException({ message: 'no', ...metadata }))

    expect(await images.find(repository, { digest: 'sha256:1' })).toBeUndefined()
  })

  it('fail for a repository that is not there, and name it', async () => {
    mock.on(DescribeImagesCommand).rejects(new RepositoryNotFoundException({ message: 'no', ...metadata }))

    await expect(images.find(repository, { tag: 'v1' })).rejects.toMatchObject({
      kind: 'missing',
      code: 'repository_not_found',
      message: `there is no ECR repository ${repository}`,
    })
    await expect(images.newest(repository)).rejects.toMatchObject({ kind: 'missing' })
  })

  it.each(['shop', 'docker.io/library/nginx', 'ghcr.io/a/b'])('refuse %s, which is not in ECR', async uri => {
    await expect(images.find(uri, { tag: 'v1' })).rejects.toMatchObject({ code: 'not_an_ecr_repository' })
  })

  it('are newest first, over all pages', async () => {
    mock
      .on(DescribeImagesCommand, { nextToken: undefined })
      .resolves({ imageDetails: [detail('a', 1), detail('c', 3)], nextToken: '2' })
    mock.on(DescribeImagesCommand, { nextToken: '2' }).resolves({ imageDetails: [detail('b', 2)] })

    expect((await images.newest(repository)).map(({ digest }) => digest)).toEqual(['c', 'b', 'a'])
  })

  it.each([
    [
      'an index',
      {
        manifests: [
          { digest: 'sha256:1', platform: { os: 'linux', architecture: 'amd64' } },
          { digest: 'sha256:2', platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
          { digest: 'sha256:3', platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
          { digest: 'sha256:4', platform: { os: 'unknown', architecture: 'unknown' } },
          { digest: 'sha256:5' },
        ],
      },
      ['linux/amd64', 'linux/arm64', 'linux/arm/v7'],
    ],
    ['a single image', { config: {}, layers: [] }, undefined],
  ])('have the platforms of %s', async (_, manifest, platforms) => {
    mock.on(BatchGetImageCommand).resolves({ images: [{ imageManifest: JSON.stringify(manifest) }] })

    expect(await images.platforms(repository, 'sha256:1')).toEqual(platforms)
    expect(mock.commandCalls(BatchGetImageCommand)[0]?.args[0].input.acceptedMediaTypes).toHaveLength(4)
  })

  it('fail to have platforms when ECR does not give them out', async () => {
    mock
      .on(BatchGetImageCommand)
      .resolves({ failures: [{ failureCode: 'ImageNotFound', failureReason: 'gone' }] })

    await expect(images.platforms(repository, 'sha256:1')).rejects.toMatchObject({
      kind: 'missing',
      awsCode: 'ImageNotFound',
    })
  })
})

describe('targets', () => {
  const mock = mockClient(ElasticLoadBalancingV2Client)
  const targets = awsTargets({ client: new ElasticLoadBalancingV2Client({ region }) })
  beforeEach(() => mock.reset())

  it('have the settings of their groups', async () => {
    mock.on(DescribeTargetGroupsCommand, { TargetGroupArns: ['tg'] }).resolves({
      TargetGroups: [
        {
          TargetGroupArn: 'tg',
          LoadBalancerArns: ['lb'],
          HealthCheckIntervalSeconds: 5,
          UnhealthyThresholdCount: 3,
        },
      ],
    })

    expect(await targets.groups(['tg'])).toEqual([
      { arn: 'tg', loadBalancers: ['lb'], intervalSeconds: 5, unhealthyThreshold: 3 },
    ])
  })

  it('have a health with AWS’s reason', async () => {
    mock.on(DescribeTargetHealthCommand).resolves({
      TargetHealthDescriptions: [
        {
          Target: { Id: '10.0.0.1' },
          TargetHealth: { State: 'unhealthy', Reason: 'Target.Timeout', Description: 'timed out' },
        },
        { Target: { Id: '10.0.0.2' }, TargetHealth: { State: 'healthy' } },
      ],
    })

    expect(await targets.health('tg')).toStrictEqual([
      { id: '10.0.0.1', state: 'unhealthy', reason: 'Target.Timeout', description: 'timed out' },
      { id: '10.0.0.2', state: 'healthy' },
    ])
  })

  it('have addresses by load balancer', async () => {
    mock
      .on(DescribeLoadBalancersCommand)
      .resolves({ LoadBalancers: [{ LoadBalancerArn: 'lb', DNSName: 'shop.elb' }] })

    expect([...(await targets.addresses(['lb']))]).toEqual([['lb', 'shop.elb']])
  })

  it('ask nothing for no ARNs, which ELB takes for "all"', async () => {
    expect(await targets.groups([])).toEqual([])
    expect(await targets.addresses([])).toEqual(new Map())
    expect(mock.calls()).toHaveLength(0)
  })
})

describe('alarms', () => {
  const mock = mockClient(CloudWatchClient)
  const alarms = awsAlarms(new CloudWatchClient({ region }))
  beforeEach(() => mock.reset())

  it('are told with their states, composite ones too; those that do not exist are left out', async () => {
    mock.on(DescribeAlarmsCommand, { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }).resolves({
      MetricAlarms: [
        { AlarmName: '5xx', StateValue: 'ALARM' },
        { AlarmName: 'slow', StateValue: 'OK' },
      ],
      CompositeAlarms: [{ AlarmName: 'all', StateValue: 'ALARM' }],
    })

    expect(await alarms.states(['5xx', 'slow', 'all', 'gone'])).toEqual(
      new Map([
        ['5xx', 'ALARM'],
        ['slow', 'OK'],
        ['all', 'ALARM'],
      ]),
    )
  })

  it('are asked for a hundred at a time, and not at all for no names', async () => {
    mock.on(DescribeAlarmsCommand).resolves({})

    await alarms.states([])
    await alarms.states(Array.from({ length: 150 }, (_, index) => `alarm-${index}`))

    expect(
      mock.commandCalls(DescribeAlarmsCommand).map(({ args }) => args[0].input.AlarmNames?.length),
    ).toEqual([100, 50])
  })
})

describe('parameters', () => {
  it('are read over all pages', async () => {
    const mock = mockClient(SSMClient)
    mock
      .on(GetParametersByPathCommand, { NextToken: undefined })
      .resolves({ Parameters: [{ Name: '/a/1', Value: 'x' }], NextToken: '2' })
    mock
      .on(GetParametersByPathCommand, { NextToken: '2' })
      .resolves({ Parameters: [{ Name: '/a/2', Value: 'y' }] })

    const found = await awsParameters(new SSMClient({ region })).under('/a')

    expect([...found]).toEqual([
      ['/a/1', 'x'],
      ['/a/2', 'y'],
    ])
  })
})

describe('identity', () => {
  const ada = { Arn: 'arn:aws:iam::1:user/ada', UserId: 'AIDAADA' }
  const client = new STSClient({ region })
  const clock = { now: () => 1_000_000 }

  it('is the caller’s ARN', async () => {
    mockClient(STSClient).on(GetCallerIdentityCommand).resolves({ Arn: ada.Arn })

    expect(await awsIdentity({ client, clock }).caller()).toBe('arn:aws:iam::1:user/ada')
  })

  it('fails where the answer does not say what time AWS has: the machine’s own is never taken', async () => {
    mockClient(STSClient).on(GetCallerIdentityCommand).resolves(ada)

    await expect(awsIdentity({ client, clock }).whoIs()).rejects.toMatchObject({
      code: 'no_aws_time',
    })
  })

  it('is asked for once by all who want to know, at the same time and later', async () => {
    const mock = mockClient(STSClient).on(GetCallerIdentityCommand).resolves(ada)
    const identity = awsIdentity({ client, clock })

    await Promise.all([identity.caller(), identity.caller()])
    await identity.caller()

    expect(mock.calls()).toHaveLength(1)
  })

  it('is asked for again after it could not be told', async () => {
    mockClient(STSClient)
      .on(GetCallerIdentityCommand)
      .rejectsOnce(new Error('no route to host'))
      .resolves(ada)
    const identity = awsIdentity({ client, clock })

    const first = identity.caller()

    await expect(first).rejects.toThrow('no route to host')
    expect(await identity.caller()).toBe(ada.Arn)
  })
})

function detail(digest: string, time: number): ImageDetail {
  return { imageDigest: digest, imageTags: ['t'], imagePushedAt: new Date(time) }
}
