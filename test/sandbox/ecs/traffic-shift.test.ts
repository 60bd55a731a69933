import { describe, expect, it } from 'vitest'
import { timings } from '../../../lib/sandbox/timings.ts'
import type { ecs } from '../../../lib/sandbox/wire/handlers.ts'
import { TestWorld } from './test-world.ts'

const named = (name: string, message?: string): unknown =>
  expect.objectContaining({ name, ...(message === undefined ? {} : { message }) })

type Setup = {
  world: TestWorld
  blue: string
  green: string
  ruleArn: string
  loadBalancers: ecs.LoadBalancer[]
}

/** A load balancer with a pair of target groups, of which `blue` gets all the traffic. */
function pair(): Setup {
  const world = new TestWorld()
  const blue = world.balance()
  const { TargetGroups } = world.elb.CreateTargetGroup({ Name: 'green', TargetType: 'ip', Port: 8080 })
  const green = TargetGroups?.[0]?.TargetGroupArn ?? ''
  const { LoadBalancers } = world.elb.DescribeLoadBalancers({})
  const { Listeners } = world.elb.DescribeListeners({ LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn })
  const { Rules } = world.elb.DescribeRules({ ListenerArn: Listeners?.[0]?.ListenerArn })
  const ruleArn = Rules?.[0]?.RuleArn ?? ''
  const groups = [
    { TargetGroupArn: blue, Weight: 100 },
    { TargetGroupArn: green, Weight: 0 },
  ]
  world.elb.ModifyRule({
    RuleArn: ruleArn,
    Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: groups } }],
  })
  const roleArn = 'arn:aws:iam::123456789012:role/infrastructure'
  const advancedConfiguration = { alternateTargetGroupArn: green, productionListenerRule: ruleArn, roleArn }
  const loadBalancers = [
    { targetGroupArn: blue, containerName: 'app', containerPort: 8080, advancedConfiguration },
  ]
  return { world, blue, green, ruleArn, loadBalancers }
}

const pause = (
  stage: ecs.DeploymentLifecycleHookStage,
  timeoutConfiguration?: ecs.DeploymentLifecycleHookTimeoutConfiguration,
): ecs.DeploymentLifecycleHook => ({ targetType: 'PAUSE', lifecycleStages: [stage], timeoutConfiguration })

function steady(setup: Setup, deploymentConfiguration: ecs.DeploymentConfiguration): void {
  setup.world.steady({
    desiredCount: 2,
    loadBalancers: setup.loadBalancers,
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: true, rollback: true },
      ...deploymentConfiguration,
      lifecycleHooks: [],
    },
  })
  setup.world.update({ deploymentConfiguration })
}

function weights({ world, ruleArn, blue, green }: Setup): readonly (number | undefined)[] {
  const { Rules } = world.elb.DescribeRules({ RuleArns: [ruleArn] })
  const groups = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []
  return [blue, green].map(arn => groups.find(it => it.TargetGroupArn === arn)?.Weight)
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return values.filter(
    (value, index) => index === 0 || JSON.stringify(value) !== JSON.stringify(values[index - 1]),
  )
}

/** Everything that was seen until the deployment ended, each thing once in a row. */
function watch<T>(world: TestWorld, look: () => T): readonly T[] {
  const seen: T[] = []
  world.until(
    () => {
      seen.push(look())
      return world.deployment.finishedAt !== undefined
    },
    { atMost: 600_000 },
  )
  return distinct(seen)
}

describe('BLUE_GREEN', () => {
  it('passes through all stages, and shifts all traffic at once', () => {
    const setup = pair()
    steady(setup, { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 })

    setup.world.deploy('ok')
    const seen = watch(setup.world, () => ({
      stage: setup.world.deployment.lifecycleStage,
      weights: weights(setup),
    }))

    expect(setup.world.deployment.status).toBe('SUCCESSFUL')
    expect(distinct(seen.map(({ stage }) => stage))).toEqual([
      undefined,
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
    ])
    expect(distinct(seen.map(it => it.weights))).toEqual([
      [100, 0],
      [0, 100],
    ])
    setup.world.pass(5000)
    expect(setup.world.service.deployments?.map(it => it.rolloutState)).toEqual(['COMPLETED'])
    expect(setup.world.service.runningCount).toBe(2)
  })

  it('uses the two target groups in turn', () => {
    const setup = pair()
    steady(setup, { strategy: 'BLUE_GREEN' })

    const seen = ['second', 'third'].map(salt => {
      setup.world.deploy('ok', { salt })
      setup.world.finish()
      setup.world.pass(5000)
      return weights(setup)
    })

    expect(seen).toEqual([
      [0, 100],
      [100, 0],
    ])
  })

  it('keeps all old tasks until CLEAN_UP', () => {
    const setup = pair()
    steady(setup, { strategy: 'BLUE_GREEN' })
    const [{ id: old } = {}] = setup.world.service.deployments ?? []

    setup.world.deploy('ok')
    const seen = watch(setup.world, () => ({
      stage: setup.world.deployment.lifecycleStage,
      old: setup.world.tasks.filter(it => it.startedBy === old && it.desiredStatus === 'RUNNING').length,
    }))

    expect(seen.filter(({ stage }) => stage !== 'CLEAN_UP').map(it => it.old)).not.toContain(0)
    expect(seen.at(-1)).toEqual({ stage: 'CLEAN_UP', old: 0 })
  })

  it('rolls back through its circuit breaker without ever giving traffic to the bad tasks', () => {
    const setup = pair()
    steady(setup, { strategy: 'BLUE_GREEN' })

    setup.world.deploy('unhealthy')
    const seen = watch(setup.world, () => weights(setup))

    expect(setup.world.deployment.status).toBe('ROLLBACK_SUCCESSFUL')
    expect(seen).toEqual([[100, 0]])
    expect(setup.world.service.taskDefinition).toMatch(/web:1$/)
  })

  it('gives the traffic back when it is stopped while baking', () => {
    const setup = pair()
    steady(setup, { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 10 })
    setup.world.deploy('ok')
    setup.world.until(() => setup.world.deployment.lifecycleStage === 'BAKE_TIME')
    const { serviceDeploymentArn } = setup.world.deployment
    const baking = weights(setup)

    setup.world.ecs.StopServiceDeployment({ serviceDeploymentArn, stopType: 'ROLLBACK' })

    expect(setup.world.finish()).toBe('ROLLBACK_SUCCESSFUL')
    expect([baking, weights(setup)]).toEqual([
      [0, 100],
      [100, 0],
    ])
    setup.world.pass(10_000)
    expect(setup.world.service.runningCount).toBe(2)
  })

  it('that is superseded after its traffic shift never leaves the traffic without a healthy target', () => {
    const setup = pair()
    const { world, blue, green } = setup
    steady(setup, { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 })
    world.deploy('ok', { salt: 'second' })
    world.until(() => world.deployment.lifecycleStage === 'BAKE_TIME')
    const serving = () => {
      const [toBlue = 0] = weights(setup)
      const { TargetHealthDescriptions = [] } = world.elb.DescribeTargetHealth({
        TargetGroupArn: toBlue > 0 ? blue : green,
      })
      return TargetHealthDescriptions.filter(it => it.TargetHealth?.State === 'healthy').length
    }

    world.deploy('ok', { salt: 'third' })
    const seen = watch(world, serving)

    expect(Math.min(...seen)).toBeGreaterThanOrEqual(2)
    expect(world.deployment.status).toBe('SUCCESSFUL')
    expect(world.service.taskDefinition).toMatch(/web:3$/)
  })

  it('shifts nothing for a service without a load balancer', () => {
    const world = new TestWorld()
    world.steady({ deploymentConfiguration: { strategy: 'BLUE_GREEN' } })

    world.deploy('ok')

    expect(world.finish()).toBe('SUCCESSFUL')
  })
})

describe('CANARY and LINEAR', () => {
  it.each<[ecs.DeploymentConfiguration, number[]]>([
    [
      { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 1 } },
      [0, 20, 100],
    ],
    [
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 1 } },
      [0, 40, 80, 100],
    ],
    [
      { strategy: 'BLUE_GREEN', canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 1 } },
      [0, 100],
    ],
  ])('%o shifts by steps', (configuration, steps) => {
    const setup = pair()
    steady(setup, configuration)

    setup.world.deploy('ok')
    const seen = watch(
      setup.world,
      () => setup.world.deployment.targetServiceRevision?.requestedProductionTrafficWeight,
    )

    expect(seen.filter(it => it !== undefined)).toEqual(steps)
    expect(weights(setup)).toEqual([0, 100])
    expect(setup.world.service.deploymentConfiguration?.canaryConfiguration !== undefined).toBe(
      configuration.strategy === 'CANARY',
    )
  })
})

/** A deployment that waits at its hook. */
function paused(hook = pause('POST_TEST_TRAFFIC_SHIFT')): Setup {
  const setup = pair()
  steady(setup, { strategy: 'BLUE_GREEN', lifecycleHooks: [hook] })
  setup.world.deploy('ok')
  setup.world.until(() => setup.world.deployment.lifecycleHookDetails?.[0]?.status === 'AWAITING_ACTION')
  return setup
}

describe('a PAUSE hook', () => {
  it('holds its stage until it is continued', () => {
    const { world } = paused()
    world.pass(600_000)
    const { serviceDeploymentArn, lifecycleStage, lifecycleHookDetails } = world.deployment
    const [{ hookId } = {}] = lifecycleHookDetails ?? []

    world.ecs.ContinueServiceDeployment({ serviceDeploymentArn, hookId })

    expect(lifecycleStage).toBe('POST_TEST_TRAFFIC_SHIFT')
    expect(hookId).toMatch(/^ecs-pause-/)
    expect(world.deployment.lifecycleHookDetails?.[0]?.status).toBe('SUCCEEDED')
    expect(world.finish()).toBe('SUCCESSFUL')
  })

  it('rolls back when it is told to', () => {
    const { world } = paused()
    const { serviceDeploymentArn, lifecycleHookDetails } = world.deployment

    world.ecs.ContinueServiceDeployment({
      serviceDeploymentArn,
      hookId: lifecycleHookDetails?.[0]?.hookId,
      action: 'ROLLBACK',
    })

    expect(world.finish()).toBe('ROLLBACK_SUCCESSFUL')
    expect(world.deployment.statusReason).toBe(
      'Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed.',
    )
  })

  it.each([
    ['CONTINUE', 'SUCCESSFUL'],
    ['ROLLBACK', 'ROLLBACK_SUCCESSFUL'],
  ] as const)('does as its timeout action %s says', (action, status) => {
    const { world } = paused(pause('POST_TEST_TRAFFIC_SHIFT', { timeoutInMinutes: 5, action }))

    world.pass(4 * timings.short.minute)
    const waiting = world.deployment.lifecycleHookDetails?.[0]?.status
    world.pass(2 * timings.short.minute)

    expect(waiting).toBe('AWAITING_ACTION')
    expect(world.deployment.lifecycleHookDetails?.[0]?.status).toBe('TIMED_OUT')
    expect(world.finish()).toBe(status)
  })

  it('asks before every step, with another id each time', () => {
    const setup = pair()
    const { world } = setup
    steady(setup, {
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 0 },
      lifecycleHooks: [pause('PRE_PRODUCTION_TRAFFIC_SHIFT')],
    })
    world.deploy('ok')
    const ids = new Set<string>()

    world.until(() => {
      const { serviceDeploymentArn, lifecycleHookDetails = [], finishedAt } = world.deployment
      const waiting = lifecycleHookDetails.find(({ status }) => status === 'AWAITING_ACTION')
      if (waiting?.hookId !== undefined) {
        ids.add(waiting.hookId)
        world.ecs.ContinueServiceDeployment({ serviceDeploymentArn, hookId: waiting.hookId })
      }
      return finishedAt !== undefined
    })

    expect(world.deployment.status).toBe('SUCCESSFUL')
    expect(ids.size).toBe(2)
  })

  it('cannot be continued twice, nor after the end', () => {
    const { world } = paused()
    const { serviceDeploymentArn, lifecycleHookDetails } = world.deployment
    const hookId = lifecycleHookDetails?.[0]?.hookId
    const go = () => world.ecs.ContinueServiceDeployment({ serviceDeploymentArn, hookId })

    go()

    expect(go).toThrow(
      named(
        'InvalidParameterException',
        'Provided hookId is either completed, unavailable, or not associated with the given Resource ARN',
      ),
    )
    world.finish()
    expect(go).toThrow(
      named(
        'ConflictException',
        'Continuing a service deployment is not allowed for service deployment in terminal states.',
      ),
    )
  })
})

describe('what a strategy with traffic needs', () => {
  it('is checked when the service is made', () => {
    const { world, loadBalancers, blue } = pair()
    const create =
      (changes: object, configuration: ecs.DeploymentConfiguration = {}) =>
      () =>
        world.serve({
          taskDefinition: world.release('ok'),
          loadBalancers: [{ ...loadBalancers[0], ...changes }],
          deploymentConfiguration: { strategy: 'BLUE_GREEN', ...configuration },
        })
    const invalid = named('InvalidParameterException')
    const { advancedConfiguration } = loadBalancers[0] ?? {}

    expect(create({ advancedConfiguration: undefined })).toThrow(invalid)
    expect(
      create({ advancedConfiguration: { ...advancedConfiguration, productionListenerRule: 'arn:none' } }),
    ).toThrow(named('InvalidParameterException', 'One or more rules not found'))
    expect(
      create({ advancedConfiguration: { ...advancedConfiguration, alternateTargetGroupArn: `${blue}x` } }),
    ).toThrow(invalid)
    expect(create({}, { lifecycleHooks: [pause('PRODUCTION_TRAFFIC_SHIFT')] })).toThrow(invalid)
    expect(create({}, { strategy: 'ROLLING', lifecycleHooks: [pause('PRE_SCALE_UP')] })).toThrow(invalid)
  })
})
