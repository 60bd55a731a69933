import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { expect, it } from 'vitest'
import { alarmState } from '../../../lib/sandbox/cloudwatch/alarm-state.ts'
import { openTestSandbox } from '../wire/open-test-sandbox.ts'

async function openWithAlarm() {
  const opened = await openTestSandbox()
  const cloudwatch = new CloudWatchClient(opened.client)
  const AlarmName = 'errors'
  const settings = {
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 2.5,
  } as const
  await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName, ...settings }))
  return { ...opened, cloudwatch, AlarmName, settings }
}

it('an alarm has insufficient data until its state is set, and says since when', async () => {
  const { cloudwatch, sandbox, clock, AlarmName, settings } = await openWithAlarm()
  const before = alarmState(sandbox.world, { name: AlarmName, at: clock.now() })

  clock.advance(60_000)
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'why' }))

  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }))
  expect(before).toBe('INSUFFICIENT_DATA')
  expect(alarmState(sandbox.world, { name: AlarmName, at: clock.now() })).toBe('ALARM')
  expect(alarmState(sandbox.world, { name: 'constructor', at: clock.now() })).toBeUndefined()
  expect(MetricAlarms).toMatchObject([
    {
      ...settings,
      AlarmName,
      StateReason: 'why',
      AlarmConfigurationUpdatedTimestamp: new Date('2026-11-20T12:00:00Z'),
      StateTransitionedTimestamp: new Date('2026-11-20T12:01:00Z'),
    },
  ])
})

it('refuses to set or delete an alarm that is not there, with the code that Query had', async () => {
  const { cloudwatch, AlarmName } = await openWithAlarm()
  const set = new SetAlarmStateCommand({ AlarmName: 'nope', StateValue: 'OK', StateReason: '' })

  await expect(cloudwatch.send(set)).rejects.toMatchObject({
    name: 'ResourceNotFound',
    $metadata: { httpStatusCode: 404 },
  })
  const deleting = cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName, 'nope'] }))
  await expect(deleting).rejects.toMatchObject({ name: 'ResourceNotFound' })
  expect((await cloudwatch.send(new DescribeAlarmsCommand())).MetricAlarms).toHaveLength(1)
})

it('has the statistics of the points that were put, one a period, and refuses expressions', async () => {
  const { cloudwatch, clock } = await openWithAlarm()
  const at = (seconds: number) => new Date(clock.now() + seconds * 1000)
  const datum = { MetricName: 'm', Dimensions: [{ Name: 'd', Value: '1' }] }
  const MetricData = [
    { ...datum, Timestamp: at(0), Values: [1, 4], Counts: [3, 1] },
    { ...datum, Timestamp: at(60), Value: 9 },
    { ...datum, Dimensions: [], Timestamp: at(0), Value: 100 },
  ]
  await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'n', MetricData }))
  const read = (
    MetricDataQueries: { Id: string; Expression?: string; MetricStat?: ReturnType<typeof stat> }[],
  ) => cloudwatch.send(new GetMetricDataCommand({ MetricDataQueries, StartTime: at(0), EndTime: at(120) }))

  const { MetricDataResults } = await read(
    ['Sum', 'Average', 'Maximum', 'SampleCount'].map(it => ({ Id: it.toLowerCase(), MetricStat: stat(it) })),
  )

  expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([
    [9, 7],
    [9, 1.75],
    [9, 4],
    [1, 4],
  ])
  await expect(read([{ Id: 'e', Expression: 'm1*2' }])).rejects.toMatchObject({ name: 'ValidationException' })
})

function stat(Stat: string) {
  return {
    Stat,
    Period: 60,
    Metric: { Namespace: 'n', MetricName: 'm', Dimensions: [{ Name: 'd', Value: '1' }] },
  }
}
