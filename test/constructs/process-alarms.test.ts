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
})
