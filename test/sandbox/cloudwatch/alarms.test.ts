import { type cloudwatch } from '../../../lib/sandbox/wire/handlers.ts'
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  type DescribeAlarmHistoryCommandInput,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { describe, expect, it } from 'vitest'
import { openTestSandbox } from '../wire/open-test-sandbox.ts'

/** With short timings, a minute of an alarm's period is this long. */
const minute = 2000

const groups = ['blue', 'green'] as const

/** Requests of one target group, in the words of the load balancer's metrics. */
const metricOf = (group: string, MetricName: string) => ({
  Namespace: 'AWS/ApplicationELB',
  MetricName,
  Dimensions: [{ Name: 'TargetGroup', Value: group }],
})

const query = (Id: string, group: string, name: string, Stat = 'Sum'): cloudwatch.MetricDataQuery => ({
  Id,
  ReturnData: false,
  MetricStat: { Metric: metricOf(group, name), Period: 60, Stat },
})

const simple: Partial<PutMetricAlarmCommandInput> = {
  ...metricOf('blue', 'Errors'),
  Statistic: 'Sum',
  Period: 60,
}

async function openAlarm(settings: Partial<PutMetricAlarmCommandInput> = simple) {
  const { sandbox, clock, client } = await openTestSandbox()
  const api = new CloudWatchClient(client)
  await api.send(
    new PutMetricAlarmCommand({
      AlarmName: 'errors',
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 5,
      ...settings,
    }),
  )
  const alarm = async () => (await api.send(new DescribeAlarmsCommand())).MetricAlarms?.[0]
  return {
    sandbox,
    clock,
    api,
    alarm,
    state: async () => (await alarm())?.StateValue,
    count: (group: string, name: string, ...Values: number[]) =>
      api.send(
        new PutMetricDataCommand({
          Namespace: 'AWS/ApplicationELB',
          MetricData: [
            {
              MetricName: name,
              Dimensions: metricOf(group, name).Dimensions,
              Timestamp: new Date(clock.now()),
              Values,
            },
          ],
        }),
      ),
  }
}

describe('an alarm', () => {
  it('judges a period once it is over', async () => {
    const { clock, count, alarm } = await openAlarm()

    await count('blue', 'Errors', 4, 3)
    const during = await alarm()
    clock.advance(minute)
    const after = await alarm()

    expect(during?.StateValue).toBe('INSUFFICIENT_DATA')
    expect(after).toMatchObject({
      StateValue: 'ALARM',
      StateReason:
        'Threshold Crossed: 1 out of the last 1 datapoints [7.0 (20/11/26 12:00:00)] was greater than the threshold (5.0) (minimum 1 datapoint for INSUFFICIENT_DATA -> ALARM transition).',
      StateTransitionedTimestamp: new Date('2026-11-20T12:00:02Z'),
    })
  })

  it('is OK again once the newest period is good', async () => {
    const { clock, count, alarm, state } = await openAlarm()
    await count('blue', 'Errors', 7)
    clock.advance(minute)
    const bad = await state()

    await count('blue', 'Errors', 1)
    clock.advance(minute)

    expect(bad).toBe('ALARM')
    expect(await alarm()).toMatchObject({
      StateValue: 'OK',
      StateReason:
        'Threshold Crossed: 1 out of the last 1 datapoints [1.0 (20/11/26 12:00:02)] was not greater than the threshold (5.0) (minimum 1 datapoint for ALARM -> OK transition).',
    })
  })

  it('rings for as many bad periods as it was told, out of as many', async () => {
    const { clock, count, state } = await openAlarm({
      ...simple,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
    })
    const seen: unknown[] = []
    const period = async (value: number) => {
      await count('blue', 'Errors', value)
      clock.advance(minute)
      seen.push(await state())
    }

    await period(9)
    await period(0)
    await period(9)
    await period(0)
    await period(0)

    expect(seen).toEqual(['INSUFFICIENT_DATA', 'OK', 'ALARM', 'OK', 'OK'])
  })

  it.each([
    ['missing', 'INSUFFICIENT_DATA', 'Insufficient Data: 1 datapoint was unknown.'],
    [
      'notBreaching',
      'OK',
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    ],
    ['ignore', 'ALARM', undefined],
    ['breaching', 'ALARM', undefined],
  ])('treats missing data as %s', async (TreatMissingData, value, reason) => {
    const { clock, count, alarm, state } = await openAlarm({ ...simple, TreatMissingData })
    await count('blue', 'Errors', 7)
    clock.advance(minute)
    await state()

    clock.advance(10 * minute)

    const { StateValue, StateReason = '' } = (await alarm()) ?? {}
    expect(StateValue).toBe(value)
    expect(StateReason).toContain(reason ?? '7.0')
  })

  it.each([
    ['Sum', 'ALARM'],
    ['Average', 'OK'],
    ['Minimum', 'OK'],
    ['Maximum', 'ALARM'],
    ['SampleCount', 'OK'],
  ] as const)('computes %s', async (Statistic, expected) => {
    const { clock, count, state } = await openAlarm({ ...simple, Statistic })

    await count('blue', 'Errors', 1, 5.5)
    clock.advance(minute)

    expect(await state()).toBe(expected)
  })

  it.each([
    ['p50', 'OK'],
    ['p95', 'ALARM'],
    ['p100', 'ALARM'],
  ])('computes %s', async (ExtendedStatistic, expected) => {
    const { clock, count, state } = await openAlarm({ ...simple, Statistic: undefined, ExtendedStatistic })

    await count('blue', 'Errors', 1, 1, 1, 1, 1, 1, 1, 1, 1, 9)
    clock.advance(minute)

    expect(await state()).toBe(expected)
  })

  it('judges an expression over several metrics, also while some of them have no data', async () => {
    const percent = (index: number) => `100 * FILL(errors${index}, 0) / FILL(requests${index}, 1)`
    const { clock, count, state } = await openAlarm({
      Metrics: [
        { Id: 'worst', Expression: `MAX([${percent(0)}, ${percent(1)}])`, ReturnData: true },
        ...groups.flatMap((group, index) => [
          query(`errors${index}`, group, 'Errors'),
          query(`requests${index}`, group, 'Requests'),
        ]),
      ],
    })
    await count('blue', 'Requests', 90)
    await count('green', 'Requests', 10)
    clock.advance(minute)
    const before = await state()

    await count('blue', 'Requests', 90)
    await count('green', 'Requests', 10)
    await count('green', 'Errors', 1)
    clock.advance(minute)

    expect([before, await state()]).toEqual(['OK', 'ALARM'])
  })

  it('keeps what SetAlarmState said until the next evaluation', async () => {
    const { clock, count, state, api } = await openAlarm()
    const set = new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a test' })
    await count('blue', 'Errors', 1)
    clock.advance(minute)
    const evaluated = await state()

    await api.send(set)
    const held = await state()
    await count('blue', 'Errors', 1)
    clock.advance(minute)

    expect([evaluated, held, await state()]).toEqual(['OK', 'ALARM', 'OK'])
  })

  it('whose metrics never had any data keeps it for good', async () => {
    const { clock, state, api } = await openAlarm()

    await api.send(
      new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a test' }),
    )
    clock.advance(100 * minute)

    expect(await state()).toBe('ALARM')
  })

  it.each([
    [{ Metrics: [{ Id: 'e', Expression: 'RATE(m)' }, query('m', 'blue', 'Errors')] }, 'not RATE'],
    [{ Metrics: [{ Id: 'e', Expression: 'm + n' }, query('m', 'blue', 'Errors')] }, "'n' of an expression"],
    [
      {
        Metrics: [
          { Id: 'e', Expression: 'f' },
          { Id: 'f', Expression: 'e' },
        ],
      },
      "'e' is about itself",
    ],
    [{ Metrics: [{ Id: 'E', Expression: '1' }] }, "value 'E' of Id"],
    [{ Metrics: [{ Id: 'e', Expression: '1' }] }, 'is about no metric'],
    [{ Metrics: [query('m', 'blue', 'Errors')] }, 'Exactly one element'],
    [{ Metrics: [query('m', 'blue', 'a'), query('m', 'blue', 'b')] }, 'not unique'],
    [{ Metrics: [{ Id: 'm' }] }, 'either MetricStat or Expression'],
    [{ ...simple, Statistic: undefined, ExtendedStatistic: 'tm99' }, "not 'tm99'"],
    [{ ...simple, Period: 7 }, 'Period must be'],
    [{ ...simple, EvaluationPeriods: 1441 }, 'more than a day'],
    [{ ...simple, DatapointsToAlarm: 2 }, 'DatapointsToAlarm'],
    [{ ...simple, TreatMissingData: 'maybe' }, 'TreatMissingData'],
    [{ ...simple, Threshold: undefined }, 'Threshold'],
  ] as const)('that the sandbox could not evaluate is refused: %j', async (settings, message) => {
    const { api } = await openAlarm()
    const put = new PutMetricAlarmCommand({
      AlarmName: 'other',
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 5,
      ...(settings as Partial<PutMetricAlarmCommandInput>),
    })

    await expect(api.send(put)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    })
    expect((await api.send(new DescribeAlarmsCommand())).MetricAlarms).toHaveLength(1)
  })
})

it('DescribeAlarmHistory tells how the state of an alarm changed, the newest change first', async () => {
  const { clock, count, state, api } = await openAlarm()
  await count('blue', 'Errors', 7)
  clock.advance(minute)
  await state()
  await count('blue', 'Errors', 0)
  clock.advance(minute)
  const read = (options: DescribeAlarmHistoryCommandInput) =>
    api.send(new DescribeAlarmHistoryCommand(options))

  const { AlarmHistoryItems: items = [] } = await read({
    AlarmName: 'errors',
    HistoryItemType: 'StateUpdate',
  })
  const { AlarmHistoryItems: [oldest] = [] } = await read({ MaxRecords: 1, ScanBy: 'TimestampAscending' })
  const { AlarmHistoryItems: others } = await read({ AlarmName: 'others' })

  expect(items.map(({ HistorySummary }) => HistorySummary)).toEqual([
    'Alarm updated from ALARM to OK',
    'Alarm updated from INSUFFICIENT_DATA to ALARM',
  ])
  expect(JSON.parse(items[0]?.HistoryData ?? '')).toMatchObject({
    oldState: { stateValue: 'ALARM', stateReason: expect.stringContaining('7.0') },
    newState: { stateValue: 'OK' },
  })
  expect(oldest).toEqual(items[1])
  expect(others).toEqual([])
})

it('GetMetricData answers expressions, of which what cannot be computed is missing', async () => {
  const { clock, count, api } = await openAlarm()
  const from = clock.now()
  await count('blue', 'Requests', 50)
  await count('blue', 'Errors', 5)
  clock.advance(60_000)
  await count('blue', 'Errors', 5)

  const { MetricDataResults } = await api.send(
    new GetMetricDataCommand({
      MetricDataQueries: [
        query('errors', 'blue', 'Errors'),
        query('requests', 'blue', 'Requests'),
        { Id: 'percent', Expression: '100 * errors / requests', Label: 'in %' },
        { Id: 'filled', Expression: 'FILL(requests, 0)' },
      ],
      StartTime: new Date(from),
      EndTime: new Date(from + 120_000),
      ScanBy: 'TimestampAscending',
    }),
  )

  expect(MetricDataResults).toMatchObject([
    { Id: 'percent', Label: 'in %', Timestamps: [new Date(from)], Values: [10] },
    { Id: 'filled', Values: [50, 0] },
  ])
})
