import { Duration } from 'aws-cdk-lib'
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'

export type ProcessMetricsOptions = {
  readonly clusterName: string
  /** The service's name as text: a reference to the service would go in a circle with the alarms that the service names. */
  readonly process: string
  readonly targetGroups: readonly elb.ApplicationTargetGroup[]
}

/** What a process is watched by, minute by minute. With a pair of target groups both count: which one has the traffic changes with each deployment. */
export type ProcessMetrics = {
  readonly cpuPercent: cloudwatch.IMetric
  readonly memoryPercent: cloudwatch.IMetric
  readonly runningTasks: cloudwatch.IMetric
  readonly desiredTasks: cloudwatch.IMetric
  /** How many tasks too few run. */
  readonly missingTasks: cloudwatch.IMetric
  /** Absent where there is no load balancer. */
  readonly http?: HttpMetrics
}

export type HttpMetrics = {
  readonly requests: cloudwatch.IMetric
  /** Answers with a 5xx that the tasks gave. */
  readonly errors: cloudwatch.IMetric
  readonly errorPercent: cloudwatch.IMetric
  /** The 95th percentile. */
  readonly latencyMs: cloudwatch.IMetric
  readonly unhealthyHosts: cloudwatch.IMetric
}

const period = Duration.minutes(1)

export function processMetrics({
  clusterName,
  process,
  targetGroups,
}: ProcessMetricsOptions): ProcessMetrics {
  const dimensionsMap = { ClusterName: clusterName, ServiceName: process }
  const ofService = (namespace: string, metricName: string): cloudwatch.Metric =>
    new cloudwatch.Metric({ namespace, metricName, dimensionsMap, period, statistic: 'Average' })
  const runningTasks = ofService('ECS/ContainerInsights', 'RunningTaskCount')
  const desiredTasks = ofService('ECS/ContainerInsights', 'DesiredTaskCount')
  return {
    cpuPercent: ofService('AWS/ECS', 'CPUUtilization'),
    memoryPercent: ofService('AWS/ECS', 'MemoryUtilization'),
    runningTasks,
    desiredTasks,
    missingTasks: new cloudwatch.MathExpression({
      label: 'Tasks too few',
      expression: 'desired - running',
      usingMetrics: { desired: desiredTasks, running: runningTasks },
      period,
    }),
    ...(targetGroups.length > 0 && { http: httpMetrics(targetGroups) }),
  }
}

function httpMetrics(targetGroups: readonly elb.ApplicationTargetGroup[]): HttpMetrics {
  const requests = targetGroups.map(({ metrics }) => metrics.requestCount({ period }))
  const errors = targetGroups.map(({ metrics }) =>
    metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_5XX_COUNT, { period }),
  )
  const latency = targetGroups.map(({ metrics }) => metrics.targetResponseTime({ period, statistic: 'p95' }))
  const unhealthy = targetGroups.map(({ metrics }) =>
    metrics.unhealthyHostCount({ period, statistic: 'Maximum' }),
  )
  return {
    requests: together('Requests', 'SUM', { requests }),
    errors: together('5xx', 'SUM', { errors }),
    errorPercent: new cloudwatch.MathExpression({
      label: '5xx in %',
      expression: `100 * ${over('SUM', 'errors', errors)} / ${over('SUM', 'requests', requests)}`,
      usingMetrics: { ...numbered('errors', errors), ...numbered('requests', requests) },
      period,
    }),
    latencyMs: together('p95 in ms', '1000 * MAX', { latency }),
    unhealthyHosts: together('Unhealthy targets', 'SUM', { unhealthy }),
  }
}

function together(
  label: string,
  how: string,
  named: Readonly<Record<string, readonly cloudwatch.IMetric[]>>,
): cloudwatch.MathExpression {
  const [[name, metrics] = ['', []]] = Object.entries(named)
  return new cloudwatch.MathExpression({
    label,
    expression: over(how, name, metrics),
    usingMetrics: numbered(name, metrics),
    period,
  })
}

/** A target group without traffic has no data at all, which must not hide what the other one has. */
function over(how: string, name: string, metrics: readonly cloudwatch.IMetric[]): string {
  return `${how}([${metrics.map((_, index) => `FILL(${name}${index}, 0)`).join(', ')}])`
}

function numbered(name: string, metrics: readonly cloudwatch.IMetric[]): Record<string, cloudwatch.IMetric> {
  return Object.fromEntries(metrics.map((metric, index) => [`${name}${index}`, metric]))
}
