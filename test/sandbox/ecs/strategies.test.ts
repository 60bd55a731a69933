import { describe, expect, it } from 'vitest'
import type { ecs } from '../../../lib/sandbox/wire/handlers.ts'
import { PairedWorld } from './paired-world.ts'
import { start, TestWorld } from './test-world.ts'

const strategies = {
  BLUE_GREEN: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 },
  CANARY: {
    strategy: 'CANARY',
    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 },
    bakeTimeInMinutes: 1,
  },
  LINEAR: {
    strategy: 'LINEAR',
    linearConfiguration: { stepPercent: 33.3, stepBakeTimeInMinutes: 1 },
    bakeTimeInMinutes: 1,
  },
} as const satisfies Record<string, ecs.DeploymentConfiguration>

const each = Object.values(strategies)

const stages = [
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
] as const

const everyMoment = each.flatMap(configuration =>
  stages.map(stage => [configuration.strategy, stage, configuration] as const),
)

function steady(configuration: ecs.DeploymentConfiguration): PairedWorld {
  const world = new PairedWorld()
  world.steadyPair(configuration)
  return world
}

/** All weight on one of the two, and on it as many healthy tasks as there are to be. */
function served(world: PairedWorld): { readonly by: string; readonly healthy: readonly number[] } {
  world.pass(20_000)
  const [toBlue = 0, toGreen = 0] = world.weights()
  const [testToBlue = 0] = world.weights(world.testRule)
  const by = toBlue === 0 ? 'green' : toGreen === 0 ? 'blue' : 'both'
  return {
    by: (testToBlue === 0) === (by === 'green') ? by : `${by}, but not in tests`,
    healthy: world.healthy(),
  }
}

const named = { alarmNames: ['errors', 'latency'] }

function ring({ world }: PairedWorld): void {
  world.state.cloudwatch.alarms['errors'] = {
    name: 'errors',
    arn: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors',
    settings: {},
    configuredAt: start,
    value: 'ALARM',
    reason: '',
    valueAt: start,
    changedAt: start,
    tags: {},
  }
}

describe.each(each)('$strategy', configuration => {
  it('brings a good revision, and all of its tasks', () => {
    const world = steady(configuration)

    world.deploy('ok')

    expect(world.watchToTheEnd()).toBe('SUCCESSFUL')
    expect(served(world)).toEqual({ by: 'green', healthy: [0, 2] })
    expect(world.service.taskDefinition).toMatch(/web:2$/)
  })

  it.each(['crash', 'unhealthy', 'pull-error', 'oom'] as const)(
    'goes back from an image with the behaviour %s, which never gets traffic',
    behaviour => {
      const world = steady(configuration)

      world.deploy(behaviour)

      expect(world.watchToTheEnd()).toBe('ROLLBACK_SUCCESSFUL')
      expect(world.deployment.deploymentCircuitBreaker).toMatchObject({
        status: 'TRIGGERED',
        threshold: 3,
      })
      expect(served(world)).toEqual({ by: 'blue', healthy: [2, 0] })
      expect(world.service.taskDefinition).toMatch(/web:1$/)
    },
  )

  it('of a service without tasks has nothing to wait for', () => {
    const world = steady(configuration)
    world.update({ desiredCount: 0 })
    world.pass(10_000)

    world.deploy('crash')

    expect(world.watchToTheEnd()).toBe('SUCCESSFUL')
    expect(world.weights()).toEqual([0, 100])
  })

  it('is the first of a service: its tasks get all the traffic at the end, at once', () => {
    const world = new PairedWorld()
    world.serve({
      taskDefinition: world.release('ok'),
      desiredCount: 2,
      loadBalancers: world.loadBalancers,
      deploymentConfiguration: configuration,
    })
    const seen: (readonly number[])[] = []

    world.until(() => {
      seen.push(world.weights())
      return world.deployment.finishedAt !== undefined
    })

    expect(world.deployment.status).toBe('SUCCESSFUL')
    expect(new Set(seen.map(String))).toEqual(new Set(['100,0', '0,100']))
    expect(served(world)).toEqual({ by: 'blue', healthy: [2, 0] })
  })

  it('fails as the first of a service: all the traffic is left with the empty target group', () => {
    const world = new PairedWorld()
    world.serve({
      taskDefinition: world.release('flaky'),
      desiredCount: 1,
      loadBalancers: world.loadBalancers,
      deploymentConfiguration: {
        ...configuration,
        deploymentCircuitBreaker: {
          enable: true,
          rollback: true,
          thresholdConfiguration: { type: 'COUNT', value: 1 },
        },
      },
    })
    world.until(() => world.deployment.finishedAt !== undefined)

    expect(world.deployment).toMatchObject({
      status: 'ROLLBACK_FAILED',
      statusReason: 'No rollback candidate was found to run the rollback.',
    })
    expect(world.weights()).toEqual([0, 100])
  })

  it('mends what a failed first deployment left', () => {
    const world = new PairedWorld()
    world.serve({
      taskDefinition: world.release('crash'),
      loadBalancers: world.loadBalancers,
      deploymentConfiguration: {
        ...configuration,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
    })
    world.until(() => world.deployment.finishedAt !== undefined)

    world.deploy('ok')

    expect(world.finish()).toBe('SUCCESSFUL')
    expect(served(world)).toEqual({ by: 'blue', healthy: [1, 0] })
  })

  it('replaces an old task that dies on the way', () => {
    const world = steady({ ...configuration, bakeTimeInMinutes: 20 })
    const [old] = world.service.deployments ?? []
    world.deploy('ok')
    world.watchUntil(() => world.stage === 'BAKE_TIME')
    const task = world.tasks.find(it => it.startedBy === old?.id && it.lastStatus === 'RUNNING')

    world.ecs.StopTask({ cluster: 'shop', task: task?.taskArn, reason: 'gone' })
    world.pass(15_000)

    expect(world.stage).toBe('BAKE_TIME')
    expect(world.healthy()).toEqual([2, 2])
  })

  it('goes back from a revision that begins to crash after the shift', () => {
    const world = steady({
      ...configuration,
      bakeTimeInMinutes: 60,
      deploymentCircuitBreaker: { enable: true, rollback: true, resetOnHealthyTask: false },
    })

    world.deploy('late-crash')
    world.until(() => world.deployment.finishedAt !== undefined, { atMost: 600_000 })

    expect(world.deployment.status).toBe('ROLLBACK_SUCCESSFUL')
    expect(served(world)).toEqual({ by: 'blue', healthy: [2, 0] })
  })

  it('without rollback stops where it is, and the next one sets the traffic right', () => {
    const world = steady({
      ...configuration,
      bakeTimeInMinutes: 60,
      deploymentCircuitBreaker: { enable: true, rollback: false, resetOnHealthyTask: false },
    })
    world.deploy('late-crash')
    world.until(() => world.deployment.finishedAt !== undefined, { atMost: 600_000 })
    const { status } = world.deployment

    world.update({ deploymentConfiguration: { bakeTimeInMinutes: 0 } })
    world.deploy('ok')
    world.until(() => world.deployment.finishedAt !== undefined, { atMost: 600_000 })

    expect(status).toBe('STOPPED')
    expect(world.deployment.status).toBe('SUCCESSFUL')
    expect(served(world).healthy).toContain(2)
    expect(served(world).by).toMatch(/^(blue|green)$/)
  })
})

describe('a deployment in stages', () => {
  it.each(everyMoment)('by %s that is stopped in %s goes back to what ran', (_, stage, configuration) => {
    const world = steady(configuration)
    const { taskDefinition } = world.service
    world.deploy('ok')
    world.watchUntil(() => world.stage === stage)
    const { serviceDeploymentArn } = world.deployment

    world.ecs.StopServiceDeployment({ serviceDeploymentArn, stopType: 'ROLLBACK' })

    expect(world.watchToTheEnd()).toBe('ROLLBACK_SUCCESSFUL')
    expect(world.service.taskDefinition).toBe(taskDefinition)
    expect(served(world)).toEqual({ by: 'blue', healthy: [2, 0] })
  })

  it.each(everyMoment)(
    'by %s that is superseded in %s gives way to the newer one',
    (_, stage, configuration) => {
      const world = steady(configuration)
      world.deploy('ok', { salt: 'second' })
      world.watchUntil(() => world.stage === stage)
      const { serviceDeploymentArn } = world.deployment

      world.deploy('ok', { salt: 'third' })

      expect(world.watchToTheEnd()).toBe('SUCCESSFUL')
      expect(world.describe(serviceDeploymentArn).status).toBe('STOPPED')
      expect(world.service.taskDefinition).toMatch(/web:3$/)
      const { by, healthy } = served(world)
      expect([by, healthy]).toEqual(stage === 'CLEAN_UP' ? ['blue', [2, 0]] : ['green', [0, 2]])
    },
  )

  it.each(everyMoment)(
    'by %s that is superseded in %s by a bad one ends with what ran before',
    (_, stage, configuration) => {
      const world = steady(configuration)
      world.deploy('ok', { salt: 'second' })
      world.watchUntil(() => world.stage === stage)

      world.deploy('crash')

      expect(world.watchToTheEnd()).toBe('ROLLBACK_SUCCESSFUL')
      const { by, healthy } = served(world)
      expect([by, healthy]).toEqual(stage === 'CLEAN_UP' ? ['green', [0, 2]] : ['blue', [2, 0]])
    },
  )

  it.each(everyMoment)(
    'by %s that is superseded in %s by a rolling one loses no capacity',
    (_, stage, configuration) => {
      const world = steady(configuration)
      world.deploy('ok', { salt: 'second' })
      world.watchUntil(() => world.stage === stage)

      world.update({ deploymentConfiguration: { strategy: 'ROLLING' } })
      world.deploy('ok', { salt: 'third' })

      const serving: number[] = []
      world.watchUntil(() => {
        const healthy = world.healthy()
        serving.push(...world.weights().flatMap((weight, index) => (weight > 0 ? (healthy[index] ?? 0) : [])))
        return world.deployment.finishedAt !== undefined
      })

      expect(Math.min(...serving)).toBeGreaterThanOrEqual(2)
      expect(world.deployment.status).toBe('SUCCESSFUL')
      const { by, healthy } = served(world)
      expect([by, healthy]).toEqual(stage === 'CLEAN_UP' ? ['green', [0, 2]] : ['blue', [2, 0]])
    },
  )

  it('reconciles when tasks of two revisions run, before it begins', () => {
    const world = new PairedWorld()
    world.steadyPair({ strategy: 'ROLLING' })
    world.update({ desiredCount: 4 })
    world.pass(10_000)
    world.deploy('slow', { salt: 'second' })
    world.until(() => world.service.deployments?.every(it => (it.runningCount ?? 0) > 0) ?? false)

    world.update({ deploymentConfiguration: strategies.BLUE_GREEN })
    world.deploy('ok', { salt: 'third' })
    world.watchUntil(() => world.deployment.lifecycleStage !== undefined)
    const first = world.stage

    expect(first).toBe('RECONCILE_SERVICE')
    expect(world.watchToTheEnd()).toBe('SUCCESSFUL')
    expect(served(world)).toEqual({ by: 'green', healthy: [0, 4] })
  })

  it('shifts back at once when it is stopped, and then drains the new tasks', () => {
    const world = steady({ ...strategies.CANARY, bakeTimeInMinutes: 10 })
    world.deploy('ok')
    world.watchUntil(() => world.stage === 'BAKE_TIME')
    const { serviceDeploymentArn } = world.deployment
    world.ecs.StopServiceDeployment({ serviceDeploymentArn, stopType: 'ROLLBACK' })

    const took = world.until(() => world.weights()[0] === 100)

    expect(took).toBeLessThanOrEqual(1000)
    expect(world.healthy()[0]).toBe(2)
    expect(world.deployment).toMatchObject({
      status: 'ROLLBACK_IN_PROGRESS',
      sourceServiceRevisions: [{ requestedProductionTrafficWeight: 100, requestedTestTrafficWeight: 100 }],
      targetServiceRevision: { requestedProductionTrafficWeight: 0, requestedTestTrafficWeight: 0 },
    })
  })

  it.each([
    [strategies.CANARY, 'PRODUCTION_TRAFFIC_SHIFT'],
    [strategies.LINEAR, 'PRODUCTION_TRAFFIC_SHIFT'],
    [strategies.BLUE_GREEN, 'BAKE_TIME'],
  ] as const)('goes back by %o on an alarm in %s, and says which', (configuration, stage) => {
    const world = steady({ ...configuration, alarms: { ...named, enable: true, rollback: true } })
    world.deploy('ok')
    world.watchUntil(() => world.stage === stage)

    ring(world)

    expect(world.watchToTheEnd()).toBe('ROLLBACK_SUCCESSFUL')
    expect(world.deployment.alarms).toEqual({
      status: 'TRIGGERED',
      ...named,
      triggeredAlarmNames: ['errors'],
    })
    expect(world.deployment.lifecycleStage).toBe(stage)
    expect(served(world)).toEqual({ by: 'blue', healthy: [2, 0] })
  })

  it('writes shares with a decimal as whole weights', () => {
    const world = steady(strategies.LINEAR)
    const seen = new Set<string>()
    const told = new Set<number | undefined>()

    world.deploy('ok')
    world.watchUntil(() => {
      seen.add(String(world.weights()))
      told.add(world.deployment.targetServiceRevision?.requestedProductionTrafficWeight)
      return world.deployment.finishedAt !== undefined
    })

    expect([...seen]).toEqual(['100,0', '667,333', '334,666', '1,999', '0,100'])
    expect([...told]).toEqual([undefined, 0, 33.3, 66.6, 99.9, 100])
  })

  it('lasts as long as its bake times say', () => {
    const lastingOf = (configuration: ecs.DeploymentConfiguration) => {
      const world = steady(configuration)
      world.deploy('ok')
      world.watchToTheEnd()
      return world.now
    }

    const short = lastingOf({ ...strategies.CANARY, bakeTimeInMinutes: 0 })
    const canaried = lastingOf({
      ...strategies.CANARY,
      bakeTimeInMinutes: 0,
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 4 },
    })
    const baked = lastingOf({ ...strategies.CANARY, bakeTimeInMinutes: 5 })

    expect(canaried - short).toBe(3 * 2000)
    expect(baked - short).toBe(5 * 2000)
  })

  it('of a service without a load balancer has no weights', () => {
    const world = new TestWorld()
    world.steady({ deploymentConfiguration: strategies.BLUE_GREEN })
    world.deploy('ok')

    world.until(() => world.deployment.lifecycleStage === 'BAKE_TIME')

    expect(world.deployment.targetServiceRevision).not.toHaveProperty('requestedProductionTrafficWeight')
    expect(world.finish()).toBe('SUCCESSFUL')
  })

  it('of a worker that is stopped in CLEAN_UP never leaves it without a task', () => {
    const world = new TestWorld()
    world.steady({ deploymentConfiguration: strategies.BLUE_GREEN })
    world.deploy('ok')
    world.until(() => world.deployment.lifecycleStage === 'CLEAN_UP')
    const { serviceDeploymentArn } = world.deployment
    world.ecs.StopServiceDeployment({ serviceDeploymentArn, stopType: 'ROLLBACK' })
    const running: number[] = []

    world.until(() => {
      running.push(world.tasks.filter(it => it.lastStatus === 'RUNNING').length)
      return world.deployment.finishedAt !== undefined
    })

    expect(Math.min(...running)).toBeGreaterThanOrEqual(1)
    expect(world.deployment.status).toBe('ROLLBACK_SUCCESSFUL')
    expect(world.service.taskDefinition).toMatch(/web:1$/)
  })
})

describe('the deployment configuration of a service', () => {
  it('is replaced member by member; what is left out stays', () => {
    const world = steady({ strategy: 'CANARY', bakeTimeInMinutes: 7 })
    const alarms = { alarmNames: ['errors'], enable: true, rollback: true }

    world.update({ deploymentConfiguration: { alarms } })
    world.update({ deploymentConfiguration: { canaryConfiguration: { canaryPercent: 0.1 } } })

    expect(world.service.deploymentConfiguration).toMatchObject({
      strategy: 'CANARY',
      bakeTimeInMinutes: 7,
      alarms,
      canaryConfiguration: { canaryPercent: 0.1, canaryBakeTimeInMinutes: 10 },
    })
  })

  it.each([
    ['CANARY', { canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10 } }],
    ['LINEAR', { linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: 6 } }],
  ] as const)('of %s has the defaults that AWS documents', (strategy, defaults) => {
    const world = steady({ strategy })

    expect(world.service.deploymentConfiguration).toMatchObject(defaults)
  })

  it('changes nothing of a deployment that is on its way', () => {
    const world = steady({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 })
    const { serviceDeploymentArn: before } = world.deployment
    world.update({ deploymentConfiguration: { bakeTimeInMinutes: 2 } })
    const unmoved = world.deployment.serviceDeploymentArn
    world.deploy('ok')
    const { serviceDeploymentArn } = world.deployment

    world.update({ deploymentConfiguration: { strategy: 'ROLLING', bakeTimeInMinutes: 500 } })

    expect(unmoved).toBe(before)
    expect(world.watchToTheEnd()).toBe('SUCCESSFUL')
    expect(world.deployment.serviceDeploymentArn).toBe(serviceDeploymentArn)
    expect(world.deployment.deploymentConfiguration).toMatchObject({
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 2,
    })
    expect(world.weights()).toEqual([0, 100])
  })

  it.each<[string, ecs.DeploymentConfiguration]>([
    ['canaryPercent', { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 0.05 } }],
    ['canaryPercent', { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10.25 } }],
    [
      'canaryBakeTimeInMinutes',
      { strategy: 'CANARY', canaryConfiguration: { canaryBakeTimeInMinutes: 1441 } },
    ],
    ['stepPercent', { strategy: 'LINEAR', linearConfiguration: { stepPercent: 2.9 } }],
    ['stepPercent', { strategy: 'LINEAR', linearConfiguration: { stepPercent: 100.1 } }],
    ['bakeTimeInMinutes', { strategy: 'BLUE_GREEN', bakeTimeInMinutes: -1 }],
  ])('refuses %s out of its range: %o', (member, configuration) => {
    const world = steady({ strategy: 'BLUE_GREEN' })

    expect(() => world.update({ deploymentConfiguration: configuration })).toThrow(member)
  })
})
