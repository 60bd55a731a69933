import { describe, expect, it } from 'vitest'
import type { StrategyConfig } from '../../lib/config/app-config.ts'
import type { DeploymentConfiguration } from '../../lib/strategy/deployment-configuration.ts'
import { strategyConfiguration, unnamedAtRest } from '../../lib/strategy/strategy-configuration.ts'

const lambda = {
  hookTargetArn: 'arn:aws:lambda:eu-west-1:123456789012:function:check',
  roleArn: 'arn:aws:iam::123456789012:role/hooks',
  lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
}
const approved: StrategyConfig = { name: 'approved', type: 'blue_green', pauseBefore: ['switch'] }
const pause = { targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP'] }

describe('what a deployment sends', () => {
  it('says everything, so that nothing stays of the deployment before', () => {
    expect(sent({ name: 'rolling', type: 'rolling' })).toEqual({
      strategy: 'ROLLING',
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: {
        enable: true,
        rollback: true,
        resetOnHealthyTask: true,
        thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
      },
      lifecycleHooks: [],
      alarms: { alarmNames: [], enable: false, rollback: false },
    })
  })

  it('keeps the Lambda hooks of the service, and puts the strategy’s pauses in the place of those that are there', () => {
    expect(sent(approved, { lifecycleHooks: [lambda, pause] }).lifecycleHooks).toEqual([
      lambda,
      {
        targetType: 'PAUSE',
        lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
        timeoutConfiguration: { timeoutInMinutes: 1440, action: 'ROLLBACK' },
      },
    ])
  })

  it('leaves hooks out of a rolling deployment, where nobody has put them into one', () => {
    const rolling = { name: 'rolling', type: 'rolling' } as const
    const existing = { strategy: 'BLUE_GREEN', lifecycleHooks: [lambda] }

    expect(sent(rolling, existing).lifecycleHooks).toEqual([])
    expect(sent(rolling, { ...existing, strategy: 'ROLLING' }).lifecycleHooks).toEqual([lambda])
  })

  it('pauses when the tasks are up where there is no test traffic', () => {
    expect(sent(approved, {}, { hasTestTraffic: false }).lifecycleHooks).toMatchObject([
      { lifecycleStages: ['POST_SCALE_UP'] },
    ])
  })
})

describe('what a service is given back that names no strategy', () => {
  it('is what it had, and outright what it did not have', () => {
    const existing = { maximumPercent: 150, deploymentCircuitBreaker: { enable: true, rollback: true } }

    expect(unnamedAtRest(existing)).toEqual({
      strategy: 'ROLLING',
      maximumPercent: 150,
      lifecycleHooks: [],
      alarms: { alarmNames: [], enable: false, rollback: false },
      deploymentCircuitBreaker: {
        enable: true,
        rollback: true,
        resetOnHealthyTask: true,
        thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
      },
    })
  })

  it('has the hooks, alarms and strategy that it had', () => {
    const existing = {
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 3,
      lifecycleHooks: [lambda],
      alarms: { alarmNames: ['5xx'], enable: true, rollback: true },
    }

    expect(unnamedAtRest(existing)).toMatchObject(existing)
  })
})

function sent(
  strategy: StrategyConfig,
  existing: DeploymentConfiguration = {},
  { hasTestTraffic = true }: { hasTestTraffic?: boolean } = {},
): DeploymentConfiguration {
  return strategyConfiguration({ strategy, existing, hasHealthCheck: true, hasTestTraffic, alarmNames: [] })
}
