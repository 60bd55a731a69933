import { Duration } from 'aws-cdk-lib'
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import type { HttpMetrics, ProcessMetrics } from './process-metrics.ts'
import type { ProcessService } from './process-service.ts'

export interface AppDashboardProps {
  /** The app in its environment. */
  readonly app: string
  /** In the order in which they are shown. */
  readonly processes: readonly Pick<ProcessService, 'process' | 'metrics'>[]
}

/** CloudWatch's dashboards are this many columns wide. */
const columns = 24

/** One dashboard per app: a row for each process, with its tasks and their load, its requests, errors and answer times. */
export class AppDashboard extends Construct {
  readonly dashboard: cloudwatch.Dashboard

  constructor(scope: Construct, id: string, { app, processes }: AppDashboardProps) {
    super(scope, id)
    this.dashboard = new cloudwatch.Dashboard(this, 'Resource', {
      dashboardName: `tapit-${app}`,
      defaultInterval: Duration.hours(3),
      widgets: processes.map(({ process, metrics }) => row(process, metrics)),
    })
  }
}

function row(process: string, metrics: ProcessMetrics): cloudwatch.IWidget[] {
  const graphs = [...(metrics.http ? httpGraphs(process, metrics.http) : []), ...taskGraphs(process, metrics)]
  const width = columns / graphs.length
  return graphs.map(props => new cloudwatch.GraphWidget({ ...props, width }))
}

function httpGraphs(
  process: string,
  { requests, errors, latencyMs }: HttpMetrics,
): readonly cloudwatch.GraphWidgetProps[] {
  return [
    {
      title: `${process}: requests`,
      left: [requests],
      right: [errors],
      leftYAxis: { min: 0 },
      rightYAxis: { min: 0 },
    },
    { title: `${process}: answer time`, left: [latencyMs], leftYAxis: { min: 0 } },
  ]
}

function taskGraphs(
  process: string,
  { cpuPercent, memoryPercent, runningTasks, desiredTasks }: ProcessMetrics,
): readonly cloudwatch.GraphWidgetProps[] {
  return [
    {
      title: `${process}: cpu and memory in %`,
      left: [cpuPercent, memoryPercent],
      leftYAxis: { min: 0, max: 100 },
    },
    { title: `${process}: tasks`, left: [runningTasks, desiredTasks], leftYAxis: { min: 0 } },
  ]
}
