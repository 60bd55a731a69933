import { type Dimension, type MetricDataQuery, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { rollbackAlarmName, strategyParameter, targetGroupColors } from '../../../../lib/names/aws.ts'
import type { AwsClients } from './aws-clients.ts'

type Rule = { readonly metric: string; readonly above?: number; readonly forMinutes?: number }

export type PublishedStrategy = Readonly<Record<string, unknown>> & {
  readonly type: string
  readonly rollbackOn?: readonly Rule[]
}

/** Puts a strategy, and the alarms of its `rollbackOn`, where CDK puts them. */
export async function publishStrategy(
  { ssm, cloudwatch, elb }: AwsClients,
  name: string,
  strategy: PublishedStrategy,
  process = 'default',
): Promise<void> {
  await ssm.send(
    new PutParameterCommand({
      Name: strategyParameter('shop', name),
      Type: 'String',
      Value: JSON.stringify(strategy),
      Overwrite: true,
    }),
  )
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}))
  for (const [index, rule] of (strategy.rollbackOn ?? []).entries()) {
    const of = { app: 'shop', process, strategy: name, rule: index + 1 }
    const common = {
      Threshold: rule.above,
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: rule.forMinutes ?? 1,
      TreatMissingData: 'notBreaching',
    } as const
    if (!rule.metric.startsWith('http.')) {
      await cloudwatch.send(
        new PutMetricAlarmCommand({
          ...common,
          AlarmName: rollbackAlarmName(of),
          Namespace: 'AWS/ECS',
          MetricName: 'CPUUtilization',
          Dimensions: [
            { Name: 'ClusterName', Value: 'shop' },
            { Name: 'ServiceName', Value: process },
          ],
          Period: 60,
          Statistic: 'Average',
        }),
      )
      continue
    }
    for (const color of targetGroupColors) {
      const group = TargetGroups.find(({ TargetGroupName }) => TargetGroupName === `shop-${process}-${color}`)
      await cloudwatch.send(
        new PutMetricAlarmCommand({
          ...common,
          AlarmName: rollbackAlarmName({ ...of, color }),
          Metrics: errorRate([
            { Name: 'LoadBalancer', Value: group?.LoadBalancerArns?.[0]?.replace(/^.*:loadbalancer\//, '') },
            { Name: 'TargetGroup', Value: group?.TargetGroupArn?.replace(/^.*:/, '') },
          ]),
        }),
      )
    }
  }
}

function errorRate(Dimensions: Dimension[]): MetricDataQuery[] {
  const sumOf = (Id: string, MetricName: string): MetricDataQuery => ({
    Id,
    MetricStat: {
      Metric: { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions },
      Period: 60,
      Stat: 'Sum',
    },
    ReturnData: false,
  })
  return [
    sumOf('errors', 'HTTPCode_Target_5XX_Count'),
    sumOf('refused', 'TargetConnectionErrorCount'),
    sumOf('requests', 'RequestCount'),
    {
      Id: 'percent',
      Expression: '100 * (FILL(errors, 0) + FILL(refused, 0)) / (FILL(requests, 0) + FILL(refused, 0))',
      ReturnData: true,
    },
  ]
}
