import { Template } from 'aws-cdk-lib/assertions'
import * as ecr from 'aws-cdk-lib/aws-ecr'
import { describe, expect, it } from 'vitest'
import { AppDashboard } from '../../lib/constructs/app-dashboard.ts'
import type { ProcessService } from '../../lib/constructs/process-service.ts'
import { WorkerProcess } from '../../lib/constructs/worker-process.ts'
import { web } from './support/process-for-tests.ts'

describe('the dashboard of an app', () => {
  it('has a row for each process, over the whole width', () => {
    const { stack, process } = web()
    const worker = workerBeside(process)

    new AppDashboard(stack, 'Dashboard', { app: 'shop', processes: [process, worker] })

    const template = Template.fromStack(stack)
    template.hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: 'tapit-shop' })
    expect(widgetsOf(template)).toEqual([
      { title: 'default: requests', x: 0, y: 0, width: 6 },
      { title: 'default: answer time', x: 6, y: 0, width: 6 },
      { title: 'default: cpu and memory in %', x: 12, y: 0, width: 6 },
      { title: 'default: tasks', x: 18, y: 0, width: 6 },
      { title: 'worker: cpu and memory in %', x: 0, y: 6, width: 12 },
      { title: 'worker: tasks', x: 12, y: 6, width: 12 },
    ])
  })
})

function workerBeside({ cluster }: ProcessService): WorkerProcess {
  const { stack } = cluster
  const repository = ecr.Repository.fromRepositoryName(stack, 'Images', 'shop')
  return new WorkerProcess(stack, 'Worker', { app: 'shop', process: 'worker', cluster, repository })
}

type Widget = { x: number; y: number; width: number; properties: { title: string } }

/** The body is JSON with references in it, which stand between quotes. */
function widgetsOf(template: Template): readonly object[] {
  const dashboards = Object.values(template.findResources('AWS::CloudWatch::Dashboard'))
  const [, parts] = dashboards[0]?.['Properties'].DashboardBody['Fn::Join'] ?? ['', []]
  const body = parts.map((part: unknown) => (typeof part === 'string' ? part : 'reference')).join('')
  const { widgets } = JSON.parse(body) as { widgets: readonly Widget[] }
  return widgets.map(({ x, y, width, properties: { title } }) => ({ title, x, y, width }))
}
