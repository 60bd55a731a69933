import { describe, expect, it } from 'vitest'
import { cloudWatchHandlers } from '../../../lib/sandbox/cloudwatch/handlers.ts'
import { timings } from '../../../lib/sandbox/timings.ts'
import type { ecs } from '../../../lib/sandbox/wire/handlers.ts'
import { PairedWorld } from './paired-world.ts'

const deploymentCircuitBreaker = { enable: true, rollback: true }
const alarms = { enable: true, rollback: true, alarmNames: ['errors'] }

const withoutBake = [
  { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
  { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 0 } },
  { strategy: 'LINEAR', linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 } },
] as const satisfies readonly ecs.DeploymentConfiguration[]

/** A service that is guarded by an alarm on what `err` puts. */
function guarded(
  configuration: ecs.DeploymentConfiguration,
  { minute = timings.short.minute, forMinutes = 1 }: { minute?: number; forMinutes?: number } = {},
): PairedWorld {
  const world = new PairedWorld({ ...timings.short, minute })
  void cloudWatchHandlers(world.world).PutMetricAlarm?.({
    AlarmName: 'errors',
    Namespace: 'shop',
    MetricName: 'errors',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: forMinutes,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  })
  world.steadyPair({ ...configuration, deploymentCircuitBreaker, alarms })
  return world
}

function err({ world }: PairedWorld): void {
  void cloudWatchHandlers(world).PutMetricData?.({
    Namespace: 'shop',
    MetricData: [{ MetricName: 'errors', Value: 1, Timestamp: new Date(world.clock.now()) }],
  })
}

describe('a deployment that has no bake time of its own', () => {
  it.each(
    withoutBake.flatMap(configuration => [
      [configuration.strategy, 'a minute of two seconds', configuration, { minute: 2000 }] as const,
      [configuration.strategy, 'a real minute', configuration, { minute: 60_000, forMinutes: 3 }] as const,
    ]),
  )('by %s, with %s, is rolled back by an alarm on what all of its traffic gets', (...[, , given, pace]) => {
    const world = guarded(given, pace)
    world.deploy('errors')

    world.watchUntil(
      () => {
        if (world.stage === 'BAKE_TIME') err(world)
        return world.deployment.finishedAt !== undefined
      },
      { atMost: 600_000 },
    )

    expect(world.deployment).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] },
    })
    expect(world.weights()).toEqual([100, 0])
  })

  it('ends soon where no alarm guards it, and after the alarm’s two minutes where one does', () => {
    const bakes = [true, false].map(enable => {
      const world = guarded({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 })
      world.update({ deploymentConfiguration: { alarms: { ...alarms, enable } } })
      world.deploy('ok')
      world.watchUntil(() => world.stage === 'BAKE_TIME')
      return world.until(() => world.stage === 'CLEAN_UP')
    })

    expect(bakes).toEqual([4500, 500])
  })

  it('keeps its own where that one is longer', () => {
    const world = guarded({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 10 })
    world.deploy('ok')
    world.watchUntil(() => world.stage === 'BAKE_TIME')

    expect(world.until(() => world.stage === 'CLEAN_UP')).toBe(20_500)
  })
})

describe('a deployment whose alarms are watched', () => {
  const paused: ecs.DeploymentConfiguration = {
    strategy: 'BLUE_GREEN',
    bakeTimeInMinutes: 1,
    lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'] }],
  }

  it('is looked at once a round in a pause, however often something happened in between', () => {
    const world = guarded(paused, { minute: 60_000 })
    world.deploy('ok')
    world.until(() => world.stage === 'PRE_PRODUCTION_TRAFFIC_SHIFT')
    for (const milliseconds of Array.from({ length: 40 }, (_, index) => 100 + index)) {
      world.pass(milliseconds)
      world.update({ desiredCount: 2 })
    }
    world.pass(60_000)
    const { sequence } = world.world.state.ecs

    world.pass(60_000)

    expect(world.stage).toBe('PRE_PRODUCTION_TRAFFIC_SHIFT')
    expect(world.world.state.ecs.sequence - sequence).toBeLessThanOrEqual(60_000 / 500 + 10)
  })

  it('has no more looks to come after tasks of the old version crashed for a while', () => {
    const world = new PairedWorld({ ...timings.short, provision: 413, pull: 619, start: 509, stop: 807 })
    world.steady({
      desiredCount: 2,
      taskDefinition: world.release('late-crash', { salt: 'first' }),
      loadBalancers: world.loadBalancers,
    })
    world.update({ deploymentConfiguration: { ...paused, deploymentCircuitBreaker, alarms } })
    world.deploy('ok', { salt: 'second' })
    world.until(() => world.stage === 'PRE_PRODUCTION_TRAFFIC_SHIFT')

    world.pass(600_000)

    const rounds = world.world.state.ecs.queue.filter(({ kind }) => kind === 'round')
    expect(rounds.length).toBeLessThanOrEqual(3)
  })

  it('is still rolled back within two rounds once an alarm rings in a pause', () => {
    const world = guarded(paused)
    world.deploy('ok')
    world.until(() => world.stage === 'PRE_PRODUCTION_TRAFFIC_SHIFT')
    world.pass(5000)
    void cloudWatchHandlers(world.world).SetAlarmState?.({
      AlarmName: 'errors',
      StateValue: 'ALARM',
      StateReason: 'a test',
    })

    expect(world.until(() => world.deployment.status === 'ROLLBACK_REQUESTED')).toBeLessThanOrEqual(1000)
  })
})
