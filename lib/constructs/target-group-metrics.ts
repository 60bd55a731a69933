import { Duration } from 'aws-cdk-lib'
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'

/** What the requests to one target group say of the tasks in it, minute by minute. */
export type TargetGroupMetrics = {
  readonly requests: cloudwatch.IMetric
  /** Requests that ended with a 5xx of a task, or that no task accepted. */
  readonly errorPercent: cloudwatch.IMetric
  /** The 95th percentile. */
  readonly latencyMs: cloudwatch.IMetric
}

const period = Duration.minutes(1)

/**
 * A task that does not accept connections is answered for by the load balancer, with a 502 of its own that no metric of the target group
 * counts; the connection errors of the target group do. They are added below the line as well: AWS's pages differ on whether a request that
 * found no answer is a request of the target group, and either way the share is at most 100.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 *
 * A minute of which nothing is known yet is 0 / 0, which is no data point: filled with anything else the newest minute, whose metrics come
 * late, would be what the alarm goes by.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function targetGroupMetrics({ metrics }: elb.ApplicationTargetGroup): TargetGroupMetrics {
  const requests = metrics.requestCount({ period })
  const errors = metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_5XX_COUNT, { period })
  const refused = metrics.targetConnectionErrorCount({ period })
  const latency = metrics.targetResponseTime({ period, statistic: 'p95' })
  return {
    requests,
    errorPercent: new cloudwatch.MathExpression({
      label: 'Failed requests in %',
      expression: '100 * (FILL(errors, 0) + FILL(refused, 0)) / (FILL(requests, 0) + FILL(refused, 0))',
      usingMetrics: { errors, refused, requests },
      period,
    }),
    latencyMs: new cloudwatch.MathExpression({
      label: 'p95 in ms',
      expression: '1000 * latency',
      usingMetrics: { latency },
      period,
    }),
  }
}
