import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { Construct } from 'constructs'
import type { StrategyConfig } from '../config/app-config.ts'
import { type TargetGroupColor, targetGroupColors } from '../names/aws.ts'
import { type RollbackAlarm, type RollbackRule, rollbackAlarmsOf } from '../strategy/rollback-alarms-of.ts'
import type { ProcessMetrics } from './process-metrics.ts'
import { targetGroupMetrics } from './target-group-metrics.ts'

export interface RollbackAlarmsProps {
  /** The app in its environment. */
  readonly app: string
  /** The name of the process. */
  readonly process: string
  /** What its tasks are watched by. */
  readonly metrics: Pick<ProcessMetrics, 'cpuPercent' | 'memoryPercent'>
  /**
   * Whose requests are measured, each by itself.
   *
   * @default - nobody's: a process without a load balancer refuses strategies that look at requests
   */
  readonly targetGroups?: Partial<Readonly<Record<TargetGroupColor, elb.ApplicationTargetGroup>>>
  /** Each of those that the process can be deployed by. */
  readonly strategies: readonly StrategyConfig[]
}

/**
 * The alarms that make ECS roll a deployment back, for each strategy by itself. Of a pair of target groups each has its own: the new revision
 * is judged by what it answers itself, not by what still runs. They tell nobody: the deployment that they end is news enough.
 */
export class RollbackAlarms extends Construct {
  /** By the name of the strategy, in the order of its rules. */
  readonly byStrategy: ReadonlyMap<string, readonly cloudwatch.Alarm[]>
  readonly alarms: readonly cloudwatch.Alarm[]

  private readonly metrics: RollbackAlarmsProps['metrics']
  private readonly targetGroups: NonNullable<RollbackAlarmsProps['targetGroups']>

  constructor(
    scope: Construct,
    id: string,
    { app, process, metrics, targetGroups = {}, strategies }: RollbackAlarmsProps,
  ) {
    super(scope, id)
    this.metrics = metrics
    this.targetGroups = targetGroups
    const colors = targetGroupColors.filter(color => targetGroups[color] !== undefined)
    this.byStrategy = new Map(
      strategies.map(strategy => [
        strategy.name,
        rollbackAlarmsOf({ app, process, strategy, colors }).map(alarm => this.defineAlarm(process, alarm)),
      ]),
    )
    this.alarms = [...this.byStrategy.values()].flat()
  }

  private defineAlarm(process: string, { name, rule, color }: RollbackAlarm): cloudwatch.Alarm {
    const { metric, above, below, forMinutes = 1 } = rule
    const where = color === undefined ? '' : ` at the ${color} target group`
    const limit = above === undefined ? `below ${below}` : `above ${above}`
    return new cloudwatch.Alarm(this, name.replace(/^.*\/rollback-/, ''), {
      alarmName: name,
      alarmDescription: `Rolls deployments of ${process} back: ${metric}${where} ${limit} for ${forMinutes} min`,
      metric: this.metricOf(metric, color),
      threshold: above ?? below ?? 0,
      comparisonOperator:
        above === undefined
          ? cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
          : cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: forMinutes,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    })
  }

  private metricOf(name: RollbackRule['metric'], color: TargetGroupColor | undefined): cloudwatch.IMetric {
    switch (name) {
      case 'system.cpu_usage_percentage':
        return this.metrics.cpuPercent
      case 'system.memory_usage_percentage':
        return this.metrics.memoryPercent
      case 'http.error_rate':
        return this.requestsTo(color).errorPercent
      case 'http.response_time':
        return this.requestsTo(color).latencyMs
      case 'http.rpm':
        return this.requestsTo(color).requests
    }
  }

  private requestsTo(color: TargetGroupColor | undefined): ReturnType<typeof targetGroupMetrics> {
    const targetGroup = color && this.targetGroups[color]
    if (targetGroup === undefined) throw new Error('http metrics need a load balancer: use system metrics')
    return targetGroupMetrics(targetGroup)
  }
}
