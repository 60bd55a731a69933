import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { ruleForTests, web, worker } from './support/process-for-tests.ts'

const policy = 'AWS::ApplicationAutoScaling::ScalingPolicy'

describe('auto scaling', () => {
  it('stays between the fewest and the most tasks, at the load that is asked for', () => {
    const { template } = worker({ scaling: { min: 0, max: 10, cpu: 60, memory: 70 } })

    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: 0,
      MaxCapacity: 10,
      ScalableDimension: 'ecs:service:DesiredCount',
      RoleARN: Match.objectLike({}),
    })
    template.hasResourceProperties(policy, {
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 60,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      },
    })
    template.hasResourceProperties(policy, {
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 70,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageMemoryUtilization' },
      },
    })
    template.resourceCountIs(policy, 2)
  })

  it('counts the requests of whichever target group has the traffic', () => {
    const { template, stack, process } = web({ scaling: { min: 1, max: 4, requests: 500 } })

    template.hasResourceProperties(policy, {
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 500,
        PredefinedMetricSpecification: Match.absent(),
        CustomizedMetricSpecification: {
          Metrics: [
            { Id: 'busiest', Expression: 'MAX([FILL(requests0, 0), FILL(requests1, 0)])', ReturnData: true },
            ...[process.blue, process.green].map((targetGroup, index) => ({
              Id: `requests${index}`,
              ReturnData: false,
              MetricStat: {
                Stat: 'Sum',
                Metric: {
                  Namespace: 'AWS/ApplicationELB',
                  MetricName: 'RequestCountPerTarget',
                  Dimensions: [
                    { Name: 'TargetGroup', Value: stack.resolve(targetGroup?.targetGroupFullName) },
                  ],
                },
              },
            })),
          ],
        },
      },
    })
  })

  it('counts the requests of the only target group behind several rules', () => {
    const { template } = web({
      rules: [ruleForTests(), ruleForTests({ priority: 2 })],
      scaling: { min: 1, max: 4, requests: 500 },
    })

    template.hasResourceProperties(policy, {
      TargetTrackingScalingPolicyConfiguration: {
        CustomizedMetricSpecification: {
          Metrics: [{ Expression: 'MAX([FILL(requests0, 0)])' }, { Id: 'requests0' }],
        },
      },
    })
  })

  it('is absent unless it is asked for', () => {
    const { template, process } = worker()

    expect(process.scaling).toBeUndefined()
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 0)
  })
})
