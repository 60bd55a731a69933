import { Match } from 'aws-cdk-lib/assertions'
import * as sns from 'aws-cdk-lib/aws-sns'
import { describe, expect, it } from 'vitest'
import { web, worker } from './support/process-for-tests.ts'
import { stackForTests } from './support/stack-for-tests.ts'

const alarm = 'AWS::CloudWatch::Alarm'

describe('the alarms of a process', () => {
  it('ring for errors, slow answers, unhealthy targets and missing tasks, three minutes out of five', () => {
    const { template } = web({ alarms: { errorPercent: 2, latencyMs: 800 } })

    const alarms = Object.values(template.findResources(alarm)).map(({ Properties }) => Properties)
    expect(alarms.map(({ AlarmName, Threshold }) => [AlarmName, Threshold])).toEqual([
      ['shop/default/errors', 2],
      ['shop/default/latency', 800],
      ['shop/default/unhealthy-hosts', 0],
      ['shop/default/missing-tasks', 0],
    ])
    template.allResourcesProperties(alarm, {
      EvaluationPeriods: 5,
      DatapointsToAlarm: 3,
      TreatMissingData: 'notBreaching',
      ComparisonOperator: 'GreaterThanThreshold',
    })
  })

  it('count both target groups, also while one of them has no data', () => {
    const { template } = web({ alarms: { errorPercent: 2, latencyMs: 800 } })

    const expressions = Object.values(template.findResources(alarm)).map(
      ({ Properties: { Metrics } }) => Metrics[0].Expression,
    )
    expect(expressions).toEqual([
      '100 * SUM([FILL(errors0, 0), FILL(errors1, 0)]) / SUM([FILL(requests0, 0), FILL(requests1, 0)])',
      '1000 * MAX([FILL(latency0, 0), FILL(latency1, 0)])',
      'SUM([FILL(unhealthy0, 0), FILL(unhealthy1, 0)])',
      'desired - running',
    ])
  })

  it('of a worker ring for missing tasks only', () => {
    const { process, template } = worker({ alarms: { errorPercent: 2, latencyMs: 800 } })

    expect(process.alarms).toHaveLength(1)
    template.hasResourceProperties(alarm, { AlarmName: 'shop/worker/missing-tasks' })
  })

  it('tell the topic', () => {
    const stack = stackForTests()
    const topic = sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-west-1:111122223333:on-call')

    const { template } = web({ alarms: { errorPercent: 2, latencyMs: 800, topic } }, { stack })

    template.allResourcesProperties(alarm, { AlarmActions: ['arn:aws:sns:eu-west-1:111122223333:on-call'] })
  })

  it('are absent unless they are asked for', () => {
    const { template } = web()

    template.resourceCountIs(alarm, 0)
  })

  it.each([
    ['http.error_rate', { above: 5 }, 'GreaterThanThreshold', 5],
    ['http.response_time', { above: 900, forMinutes: 3 }, 'GreaterThanThreshold', 900],
    ['http.rpm', { below: 10 }, 'LessThanThreshold', 10],
  ] as const)('roll a deployment back on %s %o', (metric, limit, operator, threshold) => {
    const { template } = web({
      strategy: { name: 'careful', type: 'canary', rollbackOn: [{ metric, ...limit }] },
    })

    template.hasResourceProperties(alarm, {
      AlarmName: 'shop/default/rollback-1',
      ComparisonOperator: operator,
      Threshold: threshold,
      EvaluationPeriods: 'forMinutes' in limit ? limit.forMinutes : 1,
      TreatMissingData: 'notBreaching',
      AlarmActions: Match.absent(),
    })
    template.hasResourceProperties('AWS::ECS::Service', {
      DeploymentConfiguration: {
        Alarms: { AlarmNames: [{ Ref: Match.stringLikeRegexp('Rollback') }], Enable: true, Rollback: true },
      },
    })
  })

  it.each([
    ['system.cpu_usage_percentage', 'CPUUtilization'],
    ['system.memory_usage_percentage', 'MemoryUtilization'],
  ] as const)('roll a worker back on %s', (metric, metricName) => {
    const { template } = worker({
      strategy: { name: 'strict', type: 'rolling', rollbackOn: [{ metric, above: 90 }] },
    })

    template.hasResourceProperties(alarm, {
      Namespace: 'AWS/ECS',
      MetricName: metricName,
      Dimensions: [
        { Name: 'ClusterName', Value: Match.anyValue() },
        { Name: 'ServiceName', Value: 'worker' },
      ],
    })
  })
})
