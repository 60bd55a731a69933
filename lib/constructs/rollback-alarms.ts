import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import type { StrategyConfig } from '../config/app-config.ts'
import type { ProcessMetrics } from './process-metrics.ts'

export type RollbackRule = NonNullable<StrategyConfig['rollbackOn']>[number]

export interface RollbackAlarmsProps {
  /** The app in its environment. */
  readonly app: string
  /** The name of the process. */
  readonly process: string
  /** What it is watched by. */
  readonly metrics: ProcessMetrics
  /** When a deployment is rolled back. */
  readonly rules: readonly RollbackRule[]
}

/** The alarms that make ECS roll a deployment back. They tell nobody: the deployment that they end is news enough. */
export class RollbackAlarms extends Construct {
  readonly alarms: readonly cloudwatch.Alarm[]

  constructor(scope: Construct, id: string, { app, process, metrics, rules }: RollbackAlarmsProps) {
    super(scope, id)
    this.alarms = rules.map(
      ({ metric, above, below, forMinutes = 1 }, index) =>
        new cloudwatch.Alarm(this, `Rule${index + 1}`, {
          alarmName: `${app}/${process}/rollback-${index + 1}`,
          alarmDescription: `Rolls deployments of ${process} back: ${metric} ${above === undefined ? `below ${below}` : `above ${above}`} for ${forMinutes} min`,
          metric: metricOf(metric, metrics),
          threshold: above ?? below ?? 0,
          comparisonOperator:
            above === undefined
              ? cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
              : cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
          evaluationPeriods: forMinutes,
          treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
        }),
    )
  }
}

function metricOf(name: RollbackRule['metric'], { http, ...metrics }: ProcessMetrics): cloudwatch.IMetric {
  switch (name) {
    case 'system.cpu_usage_percentage':
      return metrics.cpuPercent
    case 'system.memory_usage_percentage':
      return metrics.memoryPercent
    case 'http.error_rate':
    case 'http.response_time':
    case 'http.rpm': {
      if (http === undefined)
        throw new Error(`there is no ${name} without a load balancer: use a system metric`)
      if (name === 'http.rpm') return http.requests
      return name === 'http.error_rate' ? http.worstErrorPercent : http.latencyMs
    }
  }
}
