import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type * as sns from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { ProcessMetrics } from './process-metrics.ts'

export interface ProcessAlarmsProps {
  /** The app in its environment. */
  readonly app: string
  /** The name of the process. */
  readonly process: string
  /** What it is watched by. */
  readonly metrics: ProcessMetrics
  /**
   * Answers with a 5xx, in percent.
   *
   * @default 5
   */
  readonly errorPercent?: number
  /**
   * The 95th percentile of the answers' time.
   *
   * @default 2000
   */
  readonly latencyMs?: number
  /**
   * Who hears of it.
   *
   * @default - nobody: the alarms are seen in the console
   */
  readonly topic?: sns.ITopic
}

type AlarmOptions = {
  readonly metric: cloudwatch.IMetric
  readonly above: number
  readonly description: string
}

/**
 * Rings for three bad minutes out of five: too many 5xx, slow answers, targets that fail their health check, and tasks that should run and don't
 * (which is how a process that keeps crashing looks from afar; needs container insights).
 */
export class ProcessAlarms extends Construct {
  readonly alarms: readonly cloudwatch.Alarm[]

  constructor(
    scope: Construct,
    id: string,
    { app, process, metrics, errorPercent = 5, latencyMs = 2000, topic }: ProcessAlarmsProps,
  ) {
    super(scope, id)
    const { http, missingTasks } = metrics
    const name = `${app}/${process}`
    this.alarms = [
      ...(http
        ? [
            this.defineAlarm('Errors', `${name}/errors`, {
              metric: http.errorPercent,
              above: errorPercent,
              description: `More than ${errorPercent} % of the answers of ${process} are 5xx`,
            }),
            this.defineAlarm('Latency', `${name}/latency`, {
              metric: http.latencyMs,
              above: latencyMs,
              description: `One answer in twenty of ${process} takes more than ${latencyMs} ms`,
            }),
            this.defineAlarm('UnhealthyHosts', `${name}/unhealthy-hosts`, {
              metric: http.unhealthyHosts,
              above: 0,
              description: `Tasks of ${process} fail the health check of the load balancer`,
            }),
          ]
        : []),
      this.defineAlarm('MissingTasks', `${name}/missing-tasks`, {
        metric: missingTasks,
        above: 0,
        description: `Tasks of ${process} should run and don't`,
      }),
    ]
    if (topic !== undefined) for (const alarm of this.alarms) alarm.addAlarmAction(new SnsAction(topic))
  }

  private defineAlarm(
    id: string,
    alarmName: string,
    { metric, above, description }: AlarmOptions,
  ): cloudwatch.Alarm {
    return new cloudwatch.Alarm(this, id, {
      alarmName,
      alarmDescription: description,
      metric,
      threshold: above,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    })
  }
}
