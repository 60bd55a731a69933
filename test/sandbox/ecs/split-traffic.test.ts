import { describe, expect, it } from 'vitest'
import { cloudWatchHandlers } from '../../../lib/sandbox/cloudwatch/handlers.ts'
import type { ecs } from '../../../lib/sandbox/wire/handlers.ts'
import { PairedWorld } from './paired-world.ts'

const withBreaker = { deploymentCircuitBreaker: { enable: true, rollback: true } }

const linear = {
  ...withBreaker,
  strategy: 'LINEAR',
  linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 1 },
} as const satisfies ecs.DeploymentConfiguration

/** Two deployments in stages were stopped, the second one with nothing to go back to: 20 % blue, 80 % green. */
function leftSplitByRollback(): PairedWorld {
  const world = new PairedWorld()
  world.steadyPair({ ...withBreaker, strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 })
  world.deploy('ok', { salt: 'second' })
  world.until(() => world.stage === 'BAKE_TIME')
  stop(world)
  world.until(() => world.deployment.status === 'ROLLBACK_IN_PROGRESS')
  world.update({ deploymentConfiguration: linear })
  world.deploy('ok', { salt: 'third' })
  world.until(() => world.weights().includes(80))
  stop(world)
  world.until(() => world.deployment.finishedAt !== undefined)
  return world
}

/** An alarm ended a deployment that was not to be rolled back: 20 % to the last one that succeeded, 80 % to the failed one. */
function leftSplitByAlarm(): PairedWorld {
  const world = new PairedWorld()
  const { PutMetricAlarm, SetAlarmState } = cloudWatchHandlers(world.world)
  void PutMetricAlarm?.({
    AlarmName: 'errors',
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanThreshold',
  })
  world.steadyPair({ ...linear, alarms: { enable: true, rollback: false, alarmNames: ['errors'] } })
  world.deploy('ok', { salt: 'second' })
  world.until(() => world.weights().includes(80))
  void SetAlarmState?.({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a test' })
  world.until(() => world.deployment.finishedAt !== undefined)
  return world
}

function stop(world: PairedWorld): void {
  const { serviceDeploymentArn } = world.deployment
  world.ecs.StopServiceDeployment({ serviceDeploymentArn })
}

/** How many healthy tasks there were, at least, where any traffic went, until the deployment ended. */
function fewestServing(world: PairedWorld): number {
  const serving: number[] = []
  world.watchUntil(() => {
    const healthy = world.healthy()
    serving.push(...world.weights().flatMap((weight, index) => (weight > 0 ? (healthy[index] ?? 0) : [])))
    return world.deployment.finishedAt !== undefined
  })
  return Math.min(...serving)
}

describe('after traffic was left split by a rollback that failed halfway', () => {
  it('a rolling deployment first gives all of it to what it starts from, and loses no capacity', () => {
    const world = leftSplitByRollback()
    expect(world.deployment.status).toBe('ROLLBACK_FAILED')
    expect(world.weights()).toEqual([20, 80])

    world.update({ deploymentConfiguration: { ...withBreaker, strategy: 'ROLLING' } })
    world.deploy('ok', { salt: 'fourth' })

    expect(world.weights()).toEqual([0, 100])
    expect(world.weights(world.testRule)).toEqual([0, 100])
    expect(fewestServing(world)).toBe(2)
    expect(world.deployment.status).toBe('SUCCESSFUL')
    expect(world.healthy()).toEqual([0, 2])
  })

  it.each(['BLUE_GREEN', 'CANARY'] as const)('so does a deployment by %s', strategy => {
    const world = leftSplitByRollback()

    world.update({ deploymentConfiguration: { ...withBreaker, strategy } })
    world.deploy('ok', { salt: 'fourth' })
    world.until(() => world.deployment.lifecycleStage !== undefined)

    expect(world.weights()).toEqual([0, 100])
    expect(fewestServing(world)).toBe(2)
    expect(world.deployment.status).toBe('SUCCESSFUL')
    expect(world.weights()).toEqual([100, 0])
  })
})

describe('after traffic was left split by a failure without a rollback', () => {
  it('a rolling deployment gives all of it to the last version that succeeded, and replaces that one', () => {
    const world = leftSplitByAlarm()
    expect(world.deployment.status).toBe('STOPPED')
    expect(world.weights()).toEqual([20, 80])

    world.update({ deploymentConfiguration: { ...withBreaker, strategy: 'ROLLING', alarms: none } })
    world.deploy('ok', { salt: 'third' })

    expect(world.weights()).toEqual([100, 0])
    expect(fewestServing(world)).toBe(2)
    expect(world.deployment.status).toBe('SUCCESSFUL')
    expect(world.healthy()).toEqual([2, 0])
  })
})

const none = { enable: false, rollback: false, alarmNames: [] }
