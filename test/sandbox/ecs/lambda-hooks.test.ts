import { describe, expect, it } from 'vitest'
import { setHookAnswer } from '../../../lib/sandbox/ecs/hook-answer.ts'
import { hookStages } from '../../../lib/sandbox/ecs/state.ts'
import { timings } from '../../../lib/sandbox/timings.ts'
import type { ecs } from '../../../lib/sandbox/wire/handlers.ts'
import { PairedWorld } from './paired-world.ts'

const targetArn = 'arn:aws:lambda:eu-west-1:123456789012:function:smoke-test'

const lambda = (
  lifecycleStages: ecs.DeploymentLifecycleHookStage[],
  changes: ecs.DeploymentLifecycleHook = {},
): ecs.DeploymentLifecycleHook => ({
  hookTargetArn: targetArn,
  roleArn: 'arn:aws:iam::123456789012:role/hooks',
  lifecycleStages,
  ...changes,
})

function hooked(...lifecycleHooks: ecs.DeploymentLifecycleHook[]): PairedWorld {
  const world = new PairedWorld()
  world.steadyPair({ strategy: 'BLUE_GREEN', lifecycleHooks })
  return world
}

describe('a Lambda hook', () => {
  it.each(hookStages.filter(stage => stage !== 'RECONCILE_SERVICE'))(
    'succeeds in %s unless told otherwise',
    stage => {
      const world = hooked(lambda([stage]))

      world.deploy('ok')

      expect(world.watchToTheEnd()).toBe('SUCCESSFUL')
      expect(world.deployment.lifecycleHookDetails).toEqual([
        {
          hookId: expect.any(String),
          targetType: 'AWS_LAMBDA',
          targetArn,
          status: 'SUCCEEDED',
          expiresAt: expect.any(Date),
          timeoutAction: 'ROLLBACK',
        },
      ])
    },
  )

  it('that fails rolls the deployment back, and is named in the reason', () => {
    const world = hooked(lambda(['PRE_SCALE_UP']))
    setHookAnswer(world.world, { functionName: 'smoke-test', answer: 'failed' })
    const reason =
      'Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) failed. ' +
      `Lifecycle hook target ${targetArn} returned FAILED status.`

    world.deploy('ok')

    expect(world.watchToTheEnd()).toBe('ROLLBACK_SUCCESSFUL')
    expect(world.deployment).toMatchObject({ statusReason: reason, rollback: { reason } })
    expect(world.messages.some(message => message.endsWith(`deployment failed: ${reason}`))).toBe(true)
    expect(world.deployment.lifecycleHookDetails?.map(it => it.status)).toEqual(['FAILED'])
    expect(world.weights()).toEqual([100, 0])
  })

  it('that throws rolls the deployment back', () => {
    const world = hooked(lambda(['POST_PRODUCTION_TRAFFIC_SHIFT']))
    setHookAnswer(world.world, { functionName: targetArn, answer: 'error' })

    world.deploy('ok')

    expect(world.watchToTheEnd()).toBe('ROLLBACK_SUCCESSFUL')
    expect(world.deployment.statusReason).toBe(
      'Service deployment rolled back because POST_PRODUCTION_TRAFFIC_SHIFT lifecycle hook(s) failed. ' +
        `ECS was unable to parse the response from ${targetArn} due to: HookStatus must not be null.`,
    )
    expect(world.weights()).toEqual([100, 0])
  })

  it('that is in progress is asked again, and holds its stage until then', () => {
    const world = hooked(lambda(['POST_TEST_TRAFFIC_SHIFT']))
    setHookAnswer(world.world, { functionName: 'smoke-test', answer: 'in_progress' })
    world.deploy('ok')
    world.watchUntil(() => world.stage === 'POST_TEST_TRAFFIC_SHIFT')
    world.pass(20 * timings.short.minute)
    const { lifecycleStage, lifecycleHookDetails } = world.deployment

    setHookAnswer(world.world, { functionName: 'smoke-test', answer: 'succeeded' })
    const took = world.until(() => world.stage !== 'POST_TEST_TRAFFIC_SHIFT')

    expect(lifecycleStage).toBe('POST_TEST_TRAFFIC_SHIFT')
    expect(lifecycleHookDetails?.map(it => it.status)).toEqual(['IN_PROGRESS'])
    expect(took).toBeLessThanOrEqual(timings.short.minute / 2 + timings.short.schedulerRound)
    expect(world.watchToTheEnd()).toBe('SUCCESSFUL')
  })

  it.each([
    ['CONTINUE', 'SUCCESSFUL'],
    ['ROLLBACK', 'ROLLBACK_SUCCESSFUL'],
  ] as const)('that never ends does as its timeout action %s says', (action, status) => {
    const world = hooked(lambda(['PRE_SCALE_UP'], { timeoutConfiguration: { timeoutInMinutes: 2, action } }))
    setHookAnswer(world.world, { functionName: 'smoke-test', answer: 'in_progress' })

    world.deploy('ok')

    expect(world.watchToTheEnd()).toBe(status)
    expect(world.deployment.lifecycleHookDetails?.map(it => it.status)).toEqual(['TIMED_OUT'])
  })

  it('answers by stage, until it is told what to answer at all of them', () => {
    const world = hooked(lambda(['PRE_SCALE_UP', 'POST_SCALE_UP']))
    setHookAnswer(world.world, { functionName: 'smoke-test', answer: 'failed' })
    setHookAnswer(world.world, { functionName: 'smoke-test', stage: 'PRE_SCALE_UP', answer: 'succeeded' })
    world.deploy('ok', { salt: 'second' })
    world.watchToTheEnd()
    const { statusReason } = world.deployment

    setHookAnswer(world.world, { functionName: 'smoke-test', answer: 'succeeded' })
    world.deploy('ok', { salt: 'third' })

    expect(statusReason).toContain('POST_SCALE_UP')
    expect(world.watchToTheEnd()).toBe('SUCCESSFUL')
  })

  it('runs beside a PAUSE of the same stage; both must be done', () => {
    const world = hooked(lambda(['POST_SCALE_UP']), {
      targetType: 'PAUSE',
      lifecycleStages: ['POST_SCALE_UP'],
    })
    world.deploy('ok')
    world.watchUntil(() => world.stage === 'POST_SCALE_UP')
    world.pass(5000)
    const { serviceDeploymentArn, lifecycleHookDetails = [] } = world.deployment
    const hookId = lifecycleHookDetails.find(it => it.targetType === 'PAUSE')?.hookId

    world.ecs.ContinueServiceDeployment({ serviceDeploymentArn, hookId })

    expect(lifecycleHookDetails.map(it => it.status)).toEqual(['SUCCEEDED', 'AWAITING_ACTION'])
    expect(world.watchToTheEnd()).toBe('SUCCESSFUL')
  })

  it('of a shift runs at every step, and on the way back', () => {
    const world = new PairedWorld()
    const lifecycleHooks = [lambda(['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'])]
    const canaryConfiguration = { canaryPercent: 10, canaryBakeTimeInMinutes: 0 }
    world.steadyPair({ strategy: 'CANARY', canaryConfiguration, bakeTimeInMinutes: 5, lifecycleHooks })
    world.deploy('ok')
    world.watchUntil(() => world.stage === 'BAKE_TIME')
    const { serviceDeploymentArn, lifecycleHookDetails: forth = [] } = world.deployment

    world.ecs.StopServiceDeployment({ serviceDeploymentArn })

    expect(world.watchToTheEnd()).toBe('ROLLBACK_SUCCESSFUL')
    const { lifecycleHookDetails = [] } = world.deployment
    expect([forth.length, lifecycleHookDetails.length]).toEqual([3, 5])
    expect(new Set(lifecycleHookDetails.map(it => it.hookId)).size).toBe(5)
  })

  it('cannot be continued', () => {
    const world = hooked(lambda(['POST_SCALE_UP']))
    setHookAnswer(world.world, { functionName: 'smoke-test', answer: 'in_progress' })
    world.deploy('ok')
    world.watchUntil(() => world.stage === 'POST_SCALE_UP')
    const { serviceDeploymentArn, lifecycleHookDetails } = world.deployment

    const go = () =>
      world.ecs.ContinueServiceDeployment({ serviceDeploymentArn, hookId: lifecycleHookDetails?.[0]?.hookId })

    expect(go).toThrow(/either completed, unavailable, or not associated/)
  })
})

describe('a PAUSE hook', () => {
  const pause: ecs.DeploymentLifecycleHook = {
    targetType: 'PAUSE',
    lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
  }

  it('of a deployment that was superseded or stopped cannot be continued, and is not shown as waiting', () => {
    const world = hooked(pause)
    world.deploy('ok', { salt: 'second' })
    world.watchUntil(() => world.deployment.lifecycleHookDetails?.[0]?.status === 'AWAITING_ACTION')
    const { serviceDeploymentArn, lifecycleHookDetails } = world.deployment
    const hookId = lifecycleHookDetails?.[0]?.hookId

    world.deploy('ok', { salt: 'third' })

    expect(() => world.ecs.ContinueServiceDeployment({ serviceDeploymentArn, hookId })).toThrow(
      /either completed, unavailable, or not associated/,
    )
    expect(world.describe(serviceDeploymentArn).lifecycleHookDetails).toEqual([])
  })

  it('waits in minutes of the sandbox', () => {
    const world = hooked({ ...pause, timeoutConfiguration: { timeoutInMinutes: 60 } })
    world.deploy('ok')
    const took = world.until(() => world.deployment.finishedAt !== undefined, { atMost: 300_000 })

    expect(took).toBeGreaterThan(60 * timings.short.minute)
    expect(took).toBeLessThan(66 * timings.short.minute)
    expect(world.deployment.status).toBe('ROLLBACK_SUCCESSFUL')
  })

  it('is there for every step of LINEAR, each with an id of its own', () => {
    const world = new PairedWorld()
    world.steadyPair({
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 30, stepBakeTimeInMinutes: 0 },
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'] }],
    })
    const told: (number | undefined)[] = []
    world.deploy('ok')

    world.watchUntil(() => {
      const {
        serviceDeploymentArn,
        lifecycleHookDetails = [],
        targetServiceRevision,
        finishedAt,
      } = world.deployment
      const waiting = lifecycleHookDetails.filter(it => it.status === 'AWAITING_ACTION')
      for (const { hookId } of waiting) {
        told.push(targetServiceRevision?.requestedProductionTrafficWeight)
        world.ecs.ContinueServiceDeployment({ serviceDeploymentArn, hookId })
      }
      return finishedAt !== undefined
    })

    expect(told).toEqual([0, 30, 60, 90])
    expect(new Set(world.deployment.lifecycleHookDetails?.map(it => it.hookId)).size).toBe(4)
  })
})

describe('what is refused of hooks', () => {
  const eleven = (hook: ecs.DeploymentLifecycleHook) => Array.from({ length: 11 }, () => hook)

  it.each<[string, ecs.DeploymentLifecycleHook[]]>([
    ['hookTargetArn is required', [lambda(['PRE_SCALE_UP'], { hookTargetArn: undefined })]],
    ['roleArn is required', [lambda(['PRE_SCALE_UP'], { roleArn: undefined })]],
    ['Invalid hookTargetArn', [lambda(['PRE_SCALE_UP'], { hookTargetArn: 'smoke-test' })]],
    ['lifecycleStages is required', [lambda([])]],
    ['timeoutInMinutes', [lambda(['PRE_SCALE_UP'], { timeoutConfiguration: { timeoutInMinutes: 20_161 } })]],
    ['not applicable for PAUSE', [lambda(['PRE_SCALE_UP'], { targetType: 'PAUSE' })]],
    ['not allowed at TEST', [{ targetType: 'PAUSE', lifecycleStages: ['TEST_TRAFFIC_SHIFT'] }]],
    ['At most 10 AWS_LAMBDA', eleven(lambda(['PRE_SCALE_UP']))],
    ['At most 10 PAUSE', eleven({ targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP'] })],
  ])('%s', (message, lifecycleHooks) => {
    expect(() => hooked(...lifecycleHooks)).toThrow(message)
  })

  it('hooks of a service that becomes a rolling one, until they are cleared', () => {
    const world = hooked(lambda(['PRE_SCALE_UP']))

    expect(() => world.update({ deploymentConfiguration: { strategy: 'ROLLING' } })).toThrow('ROLLING')
    world.update({ deploymentConfiguration: { strategy: 'ROLLING', lifecycleHooks: [] } })

    expect(world.service.deploymentConfiguration?.lifecycleHooks).toEqual([])
  })
})
