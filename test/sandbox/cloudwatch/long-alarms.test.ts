import { expect, it } from 'vitest'
import { countEvent } from '../../../lib/sandbox/cloudwatch/count-event.ts'
import { cloudWatchHandlers } from '../../../lib/sandbox/cloudwatch/handlers.ts'
import { timings } from '../../../lib/sandbox/timings.ts'
import { TestWorld } from '../ecs/test-world.ts'

const namespace = 'AWS/ApplicationELB'
const dimensions = { LoadBalancer: 'app/web/1' }

/** An alarm that rings when something was above a threshold for so many minutes, 60 seconds each. */
async function watched(EvaluationPeriods: number, given: { MetricName: string; Threshold: number }) {
  const world = new TestWorld(timings.realistic)
  const { PutMetricAlarm, DescribeAlarms } = cloudWatchHandlers(world.world)
  await PutMetricAlarm?.({
    AlarmName: 'long',
    Namespace: namespace,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    ...(given.MetricName === 'TargetResponseTime' ? { ExtendedStatistic: 'p95' } : { Statistic: 'Sum' }),
    Period: 60,
    EvaluationPeriods,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    ...given,
  })
  const state = async () => (await DescribeAlarms?.({}))?.MetricAlarms?.[0]?.StateValue
  const points = () => world.world.state.cloudwatch.metrics.flatMap(it => it.points)
  return { world, state, points }
}

it.each([14, 15, 20, 60])(
  'an alarm over %d minutes rings after that, where a minute is one',
  async minutes => {
    const { world, state } = await watched(minutes, { MetricName: 'HTTPCode_Target_5XX_Count', Threshold: 0 })
    const seconds = (minutes + 1) * 60
    const err = () => {
      world.pass(1000)
      countEvent(world.world, { namespace, dimensions, name: 'HTTPCode_Target_5XX_Count', unit: 'Count' })
    }

    for (let second = 1; second < seconds - 70; second += 1) err()
    const before = await state()
    for (let second = 0; second < 80; second += 1) err()

    expect([before, await state()]).toEqual(['OK', 'ALARM'])
  },
)

it.each([
  [0.9, 'OK'],
  [1.1, 'ALARM'],
] as const)(
  'one over the response times of half an hour of a busy app, %d s each, says %s',
  async (slow, said) => {
    const { world, state, points } = await watched(30, { MetricName: 'TargetResponseTime', Threshold: 1 })

    for (let request = 0; request < 32 * 60 * 20; request += 1) {
      world.pass(50)
      const value = slow + (request % 83) / 1000
      countEvent(world.world, { namespace, dimensions, name: 'TargetResponseTime', unit: 'Seconds', value })
    }

    expect(await state()).toBe(said)
    expect(points().length).toBeLessThan(4000)
  },
)

it('forgets what is older than a quarter of an hour where no alarm looks back further', async () => {
  const { world, points } = await watched(5, { MetricName: 'RequestCount', Threshold: 0 })
  const ask = () => countEvent(world.world, { namespace, dimensions, name: 'RequestCount', unit: 'Count' })
  ask()
  world.pass(16 * 60_000)
  ask()

  expect(points()).toHaveLength(1)
})

it('keeps nothing for longer than two hours', async () => {
  const { world, points } = await watched(24, { MetricName: 'RequestCount', Threshold: 0 })
  const { PutMetricAlarm } = cloudWatchHandlers(world.world)
  const daily = { Namespace: namespace, MetricName: 'RequestCount', Statistic: 'Sum', Threshold: 0 } as const
  await PutMetricAlarm?.({
    ...daily,
    AlarmName: 'daily',
    Period: 3600,
    EvaluationPeriods: 24,
    ComparisonOperator: 'GreaterThanThreshold',
  })
  const ask = () => countEvent(world.world, { namespace, dimensions, name: 'RequestCount', unit: 'Count' })
  ask()
  world.pass(90 * 60_000)
  ask()
  const before = points().length
  world.pass(40 * 60_000)
  ask()

  expect([before, points().length]).toEqual([2, 2])
})
