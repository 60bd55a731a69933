import { describe, expect, it } from 'vitest'
import type { StrategyConfig } from '../../lib/config/app-config.ts'
import { deploymentConfiguration, strategyOf } from '../../lib/strategy/deployment-configuration.ts'
import { ecsDeploymentConfiguration } from '../../lib/strategy/ecs-deployment-configuration.ts'

const breaker = { enable: true, rollback: true }
const percents = { minimumHealthyPercent: 100, maximumPercent: 200 }
const nothingElse = {
  lifecycleHooks: [],
  alarms: { alarmNames: [], enable: false, rollback: false },
}

describe('a strategy in ECS', () => {
  it.each<[string, StrategyConfig, object]>([
    [
      'rolls with all tasks healthy and twice as many at most',
      { name: 'rolling', type: 'rolling' },
      { strategy: 'ROLLING', ...percents, deploymentCircuitBreaker: breaker },
    ],
    [
      'takes the percents of a rolling update',
      { name: 'thrifty', type: 'rolling', minimumHealthyPercent: 50, maximumPercent: 100 },
      {
        strategy: 'ROLLING',
        minimumHealthyPercent: 50,
        maximumPercent: 100,
        deploymentCircuitBreaker: breaker,
      },
    ],
    [
      'says the bake time of blue-green also where there is none',
      { name: 'blue_green', type: 'blue_green' },
      { strategy: 'BLUE_GREEN', ...percents, bakeTimeInMinutes: 0, deploymentCircuitBreaker: breaker },
    ],
    [
      'gives a canary its own settings',
      { name: 'careful', type: 'canary', canaryPercent: 12.5, canaryBakeMinutes: 3, bakeMinutes: 7 },
      {
        strategy: 'CANARY',
        ...percents,
        bakeTimeInMinutes: 7,
        canaryConfiguration: { canaryPercent: 12.5, canaryBakeTimeInMinutes: 3 },
        deploymentCircuitBreaker: breaker,
      },
    ],
    [
      'says what a canary has by default',
      { name: 'canary', type: 'canary' },
      {
        strategy: 'CANARY',
        ...percents,
        bakeTimeInMinutes: 0,
        canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10 },
        deploymentCircuitBreaker: breaker,
      },
    ],
    [
      'gives a linear deployment its steps',
      { name: 'steps', type: 'linear', stepPercent: 25, stepBakeMinutes: 0 },
      {
        strategy: 'LINEAR',
        ...percents,
        bakeTimeInMinutes: 0,
        linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 0 },
        deploymentCircuitBreaker: breaker,
      },
    ],
    [
      'says what a linear deployment has by default',
      { name: 'linear', type: 'linear' },
      {
        strategy: 'LINEAR',
        ...percents,
        bakeTimeInMinutes: 0,
        linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: 6 },
        deploymentCircuitBreaker: breaker,
      },
    ],
  ])('%s', (_, strategy, expected) => {
    const configuration = ecsDeploymentConfiguration({ strategy, hasHealthCheck: true, hasTestTraffic: true })

    expect(configuration).toEqual({ ...expected, ...nothingElse })
  })

  it.each([
    [2, { type: 'COUNT', value: 2 }],
    ['20%', { type: 'UNBOUNDED_PERCENT', value: 20 }],
  ])('gives up after %s failed tasks', (failureThreshold, thresholdConfiguration) => {
    const strategy: StrategyConfig = { name: 'strict', type: 'rolling', failureThreshold }

    const configuration = ecsDeploymentConfiguration({ strategy, hasHealthCheck: true, hasTestTraffic: true })

    expect(configuration.deploymentCircuitBreaker).toEqual({ ...breaker, thresholdConfiguration })
  })

  it('adds failures up where nothing looks at the health of a task', () => {
    const strategy: StrategyConfig = { name: 'rolling', type: 'rolling' }

    const configuration = ecsDeploymentConfiguration({
      strategy,
      hasHealthCheck: false,
      hasTestTraffic: false,
    })

    expect(configuration.deploymentCircuitBreaker).toEqual({ ...breaker, resetOnHealthyTask: false })
  })

  it('rolls back on its alarms', () => {
    const configuration = ecsDeploymentConfiguration({
      strategy: { name: 'careful', type: 'canary' },
      hasHealthCheck: true,
      hasTestTraffic: true,
      alarmNames: ['shop-default-rollback-1'],
    })

    expect(configuration.alarms).toEqual({
      alarmNames: ['shop-default-rollback-1'],
      enable: true,
      rollback: true,
    })
  })

  it.each([
    ['switch', true, 'POST_TEST_TRAFFIC_SHIFT'],
    ['switch', false, 'POST_SCALE_UP'],
    ['step', true, 'PRE_PRODUCTION_TRAFFIC_SHIFT'],
    ['finalize', true, 'POST_PRODUCTION_TRAFFIC_SHIFT'],
  ] as const)('pauses before %s (load balanced: %s) at %s', (moment, hasTestTraffic, stage) => {
    const strategy: StrategyConfig = { name: 'asking', type: 'canary', pauseBefore: [moment] }

    const { lifecycleHooks } = ecsDeploymentConfiguration({ strategy, hasHealthCheck: true, hasTestTraffic })

    expect(lifecycleHooks).toEqual([
      {
        targetType: 'PAUSE',
        lifecycleStages: [stage],
        timeoutConfiguration: { timeoutInMinutes: 1440, action: 'ROLLBACK' },
      },
    ])
  })

  it('goes on after a pause that nobody ended, where the strategy says so', () => {
    const strategy: StrategyConfig = {
      name: 'asking',
      type: 'linear',
      pauseBefore: ['switch', 'finalize', 'switch'],
      pauseTimeoutMinutes: 30,
      onPauseTimeout: 'continue',
    }

    const { lifecycleHooks } = ecsDeploymentConfiguration({
      strategy,
      hasHealthCheck: true,
      hasTestTraffic: true,
    })

    expect(lifecycleHooks.map(({ lifecycleStages }) => lifecycleStages)).toEqual([
      ['POST_TEST_TRAFFIC_SHIFT'],
      ['POST_PRODUCTION_TRAFFIC_SHIFT'],
    ])
    expect(lifecycleHooks[0]?.timeoutConfiguration).toEqual({ timeoutInMinutes: 30, action: 'CONTINUE' })
  })

  it.each(['rolling', 'blue_green', 'canary', 'linear'] as const)(
    'is %s again when the CLI reads it off a service, and whole when it sends it back',
    type => {
      const existing = ecsDeploymentConfiguration({
        strategy: { name: 'mine', type },
        hasHealthCheck: true,
        hasTestTraffic: true,
      })

      expect(strategyOf(existing)).toBe(type)
      expect(deploymentConfiguration({ existing, hasHealthCheck: true })).toEqual(existing)
    },
  )
})
