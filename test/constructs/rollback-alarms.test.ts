import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import type { StrategyConfig } from '../../lib/config/app-config.ts'
import { ruleForTests, type Synthesized, web, worker } from './support/process-for-tests.ts'

const alarm = 'AWS::CloudWatch::Alarm'

type Rules = NonNullable<StrategyConfig['rollbackOn']>

describe('the alarms that a strategy rolls back on', () => {
  it.each([
    ['http.error_rate', { above: 5 }, 'GreaterThanThreshold', 5, 1],
    ['http.response_time', { above: 900, forMinutes: 3 }, 'GreaterThanThreshold', 900, 3],
    ['http.rpm', { below: 10, forMinutes: 2 }, 'LessThanThreshold', 10, 2],
  ] as const)(
    'on %s %o are one for each of the pair of target groups',
    (metric, limit, operator, threshold, periods) => {
      const synthesized = web({ strategy: careful([{ metric, ...limit }]) })

      expect(alarmsIn(synthesized)).toMatchObject(
        ['blue', 'green'].map(color => ({
          AlarmName: `shop/default/rollback-careful-1-${color}`,
          ComparisonOperator: operator,
          Threshold: threshold,
          EvaluationPeriods: periods,
          TreatMissingData: 'notBreaching',
        })),
      )
      synthesized.template.allResourcesProperties(alarm, { AlarmActions: Match.absent() })
    },
  )

  it('count what the tasks answered with a 5xx and what no task accepted, of one target group', () => {
    const synthesized = web({ strategy: careful([{ metric: 'http.error_rate', above: 5 }]) })

    const [blue, green] = alarmsIn(synthesized)

    expect(blue?.Metrics).toEqual([
      {
        Id: 'expr_1',
        Label: 'Failed requests in %',
        ReturnData: true,
        Expression: '100 * (FILL(errors, 0) + FILL(refused, 0)) / (FILL(requests, 0) + FILL(refused, 0))',
      },
      { ...ofTargetGroup('Blue', 'HTTPCode_Target_5XX_Count', 'Sum'), Id: 'errors' },
      { ...ofTargetGroup('Blue', 'TargetConnectionErrorCount', 'Sum'), Id: 'refused' },
      { ...ofTargetGroup('Blue', 'RequestCount', 'Sum'), Id: 'requests' },
    ])
    expect(targetGroupsIn(green)).toEqual([expect.stringMatching(/Green/)])
  })

  it('measure the 95th percentile in milliseconds', () => {
    const synthesized = web({ strategy: careful([{ metric: 'http.response_time', above: 900 }]) })

    const [blue, green] = alarmsIn(synthesized)

    expect(blue?.Metrics).toEqual([
      { Id: 'expr_1', ReturnData: true, Label: 'p95 in ms', Expression: '1000 * latency' },
      { ...ofTargetGroup('Blue', 'TargetResponseTime', 'p95'), Id: 'latency' },
    ])
    expect(targetGroupsIn(green)).toEqual([expect.stringMatching(/Green/)])
  })

  it('measure requests a minute', () => {
    const synthesized = web({ strategy: careful([{ metric: 'http.rpm', below: 10 }]) })

    expect(alarmsIn(synthesized)).toMatchObject(
      ['Blue', 'Green'].map(color => ({
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'RequestCount',
        Statistic: 'Sum',
        Period: 60,
        Dimensions: dimensionsOf(color),
      })),
    )
  })

  it.each([
    ['system.cpu_usage_percentage', 'CPUUtilization'],
    ['system.memory_usage_percentage', 'MemoryUtilization'],
  ] as const)('on %s are one for the tasks of both revisions', (metric, metricName) => {
    const synthesized = worker({
      strategy: { name: 'strict', type: 'rolling', rollbackOn: [{ metric, above: 90 }] },
    })

    expect(alarmsIn(synthesized)).toMatchObject([
      {
        AlarmName: 'shop/worker/rollback-strict-1',
        AlarmDescription: `Rolls deployments of worker back: ${metric} above 90 for 1 min`,
        Namespace: 'AWS/ECS',
        MetricName: metricName,
        Period: 60,
        Dimensions: [
          { Name: 'ClusterName', Value: expect.anything() },
          { Name: 'ServiceName', Value: 'worker' },
        ],
      },
    ])
  })

  it('are one for the only target group of a process that two rules lead to', () => {
    const synthesized = web({
      rules: [ruleForTests({ priority: 1 }), ruleForTests({ priority: 2, paths: ['/api/*'] })],
      strategy: { name: 'gentle', type: 'rolling', rollbackOn: [{ metric: 'http.error_rate', above: 5 }] },
    })

    expect(namesIn(synthesized)).toEqual(['shop/default/rollback-gentle-1-blue'])
  })

  it('are numbered as the rules of the strategy are', () => {
    const synthesized = web({
      strategy: careful([
        { metric: 'system.cpu_usage_percentage', above: 90 },
        { metric: 'http.rpm', below: 10 },
      ]),
    })

    expect(namesIn(synthesized)).toEqual([
      'shop/default/rollback-careful-1',
      'shop/default/rollback-careful-2-blue',
      'shop/default/rollback-careful-2-green',
    ])
  })

  it('are there for every strategy that a deploy may name, and the service rests on those of its own', () => {
    const synthesized = web({
      strategy: careful([{ metric: 'http.error_rate', above: 5 }]),
      strategies: [
        careful([{ metric: 'http.error_rate', above: 5 }]),
        { name: 'hasty', type: 'blue_green', rollbackOn: [{ metric: 'http.error_rate', above: 20 }] },
        { name: 'plain', type: 'linear' },
      ],
    })

    expect(namesIn(synthesized)).toEqual(
      ['careful', 'hasty'].flatMap(strategy =>
        ['blue', 'green'].map(color => `shop/default/rollback-${strategy}-1-${color}`),
      ),
    )
    expect(synthesized.process.alarms).toHaveLength(4)
    expect(alarmsOfService(synthesized)).toEqual([
      'shop/default/rollback-careful-1-blue',
      'shop/default/rollback-careful-1-green',
    ])
  })

  it('are not there for a built-in strategy', () => {
    const { template, process } = web({ strategy: { name: 'canary', type: 'canary' } })

    template.resourceCountIs(alarm, 0)
    expect(process.alarms).toEqual([])
  })

  it('refuse to measure the requests of a worker, also for a single deploy', () => {
    const busy: StrategyConfig = {
      name: 'busy',
      type: 'rolling',
      rollbackOn: [{ metric: 'http.rpm', below: 1 }],
    }

    expect(() => worker({ strategy: busy })).toThrow(
      'the strategy busy rolls back on http metrics, and a worker has none: use system metrics',
    )
    expect(() => worker({ strategies: [busy] })).toThrow(
      "'strategies', busy: the strategy busy rolls back on http metrics",
    )
  })
})

type AlarmProperties = {
  readonly AlarmName: string
  readonly Metrics?: readonly Readonly<Record<string, unknown>>[]
}

function careful(rollbackOn: Rules): StrategyConfig {
  return { name: 'careful', type: 'canary', rollbackOn }
}

function alarmsIn({ template }: Synthesized): readonly AlarmProperties[] {
  return Object.values(template.findResources(alarm)).map(({ Properties }) => Properties as AlarmProperties)
}

function namesIn(synthesized: Synthesized): readonly string[] {
  return alarmsIn(synthesized).map(({ AlarmName }) => AlarmName)
}

/** Those that the service names, by what they are called. */
function alarmsOfService({ template }: Synthesized): readonly string[] {
  const alarms = template.findResources(alarm)
  const [service] = Object.values(template.findResources('AWS::ECS::Service'))
  const names: readonly { readonly Ref: string }[] =
    service?.['Properties'].DeploymentConfiguration.Alarms.AlarmNames ?? []
  return names.map(({ Ref }) => alarms[Ref]?.['Properties'].AlarmName)
}

function targetGroupsIn(properties: AlarmProperties | undefined): readonly string[] {
  const text = JSON.stringify(properties)
  return [...new Set([...text.matchAll(/"(\w+)","TargetGroupFullName"/g)].map(([, id = '']) => id))]
}

function ofTargetGroup(color: string, MetricName: string, Stat: string): object {
  return {
    ReturnData: false,
    MetricStat: {
      Metric: { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions: dimensionsOf(color) },
      Period: 60,
      Stat,
    },
  }
}

function dimensionsOf(color: string): readonly object[] {
  return [
    { Name: 'LoadBalancer', Value: expect.anything() },
    { Name: 'TargetGroup', Value: { 'Fn::GetAtt': [expect.stringContaining(color), 'TargetGroupFullName'] } },
  ]
}
