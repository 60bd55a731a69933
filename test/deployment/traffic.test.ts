import { fc } from '../fakes/fast-check.ts'
import { describe, expect, it } from 'vitest'
import { advance } from '../../lib/deployment/advance.ts'
import type { Observation, SeenServiceDeployment } from '../../lib/deployment/observation.ts'
import { stageOf, statusOf } from '../../lib/deployment/projections.ts'
import type { State } from '../../lib/deployment/state.ts'
import { deployment, ours, revision, seen, t0, webDeployment } from './builders.ts'

const ecs = { taskDefinition: revision, serviceDeployment: ours().arn, createdAt: ours().createdAt }
const up = { requested: 2, running: 2, pending: 0 }
const canary = (state: State) => webDeployment({ strategy: 'canary', state })
const paused = (stage: string): Partial<SeenServiceDeployment> => ({
  lifecycleStage: stage,
  target: { ...up, traffic: { production: 0, test: 100 } },
  hooks: [
    {
      id: 'ecs-pause-1',
      status: 'AWAITING_ACTION',
      targetType: 'PAUSE',
      expiresAt: t0 + 60_000,
      timeoutAction: 'ROLLBACK',
    },
  ],
})

describe('a deployment that moves traffic', () => {
  it.each<[string, State['is'], Partial<SeenServiceDeployment>]>([
    ['SCALE_UP, a task missing', 'starting', { target: { requested: 2, running: 1, pending: 1 } }],
    ['SCALE_UP, all tasks up', 'checking', { target: up }],
    ['POST_SCALE_UP', 'checking', { target: up }],
    ['TEST_TRAFFIC_SHIFT', 'checking', { target: up }],
    ['POST_TEST_TRAFFIC_SHIFT', 'checking', { target: up }],
    ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'shifting', { target: up }],
    ['PRODUCTION_TRAFFIC_SHIFT', 'shifting', { target: { ...up, traffic: { production: 10, test: 100 } } }],
    ['BAKE_TIME', 'shifting', { target: { ...up, traffic: { production: 100, test: 100 } } }],
    ['CLEAN_UP', 'draining', { target: { ...up, traffic: { production: 100, test: 100 } } }],
  ])('stands where ECS’s %s puts it: %s', (stage, expected, look) => {
    const lifecycleStage = stage.split(',')[0]
    const { state } = advance(
      canary({ is: 'starting', ecs }),
      seen({ ours: ours({ ...look, lifecycleStage }) }),
    )

    expect(state.is).toBe(expected)
  })

  it('carries the weights, and each change of them', () => {
    const at = (production: number) =>
      seen({
        ours: ours({
          lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
          target: { ...up, traffic: { production, test: 100 } },
        }),
      })

    const first = advance(canary({ is: 'checking', ecs }), at(10))
    const second = advance(first, at(100))

    expect(first.state).toMatchObject({ is: 'shifting', traffic: { production: 10, test: 100 } })
    expect(second.state).toMatchObject({ is: 'shifting', traffic: { production: 100, test: 100 } })
    expect(second.timeline).toEqual(first.timeline)
    expect(advance(second, at(100))).toBe(second)
  })

  it.each(['POST_TEST_TRAFFIC_SHIFT', 'POST_SCALE_UP'])(
    'that is held back at %s is running at 0 % and waits',
    stage => {
      const { state } = advance(canary({ is: 'checking', ecs }), seen({ ours: ours(paused(stage)) }))

      expect(statusOf(state)).toBe('running')
      expect(stageOf(state)).toBe('switching_route')
      expect(state).toMatchObject({
        traffic: { production: 0, test: 100 },
        pause: { hookId: 'ecs-pause-1', stage, until: t0 + 60_000, onTimeout: 'rollback' },
      })
    },
  )

  it('that somebody else’s hook holds back before its tasks start is only starting', () => {
    const { state } = advance(
      canary({ is: 'starting', ecs }),
      seen({ ours: ours({ ...paused('PRE_SCALE_UP'), target: { requested: 2, running: 0, pending: 0 } }) }),
    )

    expect(state).toMatchObject({ is: 'starting', pause: { stage: 'PRE_SCALE_UP' } })
  })

  it('waits no more once ECS shows nothing that awaits an action', () => {
    const waiting = advance(
      canary({ is: 'checking', ecs }),
      seen({ ours: ours(paused('POST_TEST_TRAFFIC_SHIFT')) }),
    )
    const gone = advance(
      waiting,
      seen({ ours: ours({ ...paused('PRE_PRODUCTION_TRAFFIC_SHIFT'), hooks: [] }) }),
    )

    expect(gone.state).not.toHaveProperty('pause')
    expect(gone.state.is).toBe('shifting')
  })

  it('of each step of a linear one waits for its own decision', () => {
    const step = (id: string): Observation =>
      seen({
        ours: ours({
          ...paused('PRE_PRODUCTION_TRAFFIC_SHIFT'),
          hooks: [{ id, status: 'AWAITING_ACTION', targetType: 'PAUSE' }],
        }),
      })

    const first = advance(webDeployment({ strategy: 'linear', state: { is: 'checking', ecs } }), step('one'))
    const second = advance(first, step('two'))

    expect(first.state).toMatchObject({ pause: { hookId: 'one' } })
    expect(second.state).toMatchObject({ pause: { hookId: 'two' } })
  })

  it('without a load balancer carries no weights', () => {
    const { state } = advance(
      deployment({ strategy: 'blue_green', state: { is: 'starting', ecs } }),
      seen({ ours: ours({ lifecycleStage: 'BAKE_TIME', target: up }) }),
    )

    expect(state).toEqual({ is: 'shifting', ecs })
  })
})

const stages = [
  'RECONCILE_SERVICE',
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
  'A_STAGE_NOBODY_KNOWS',
]

const looks = fc.record({
  status: fc.constantFrom('PENDING', 'IN_PROGRESS', 'SOMETHING_NEW'),
  lifecycleStage: fc.option(fc.constantFrom(...stages), { nil: undefined }),
  running: fc.nat({ max: 2 }),
  production: fc.constantFrom(0, 0, 10, 50, 100),
  isPaused: fc.boolean(),
})

describe('whatever ECS shows', () => {
  it('no production traffic is seen before the stage is switching_route', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('blue_green' as const, 'canary' as const, 'linear' as const),
        fc.array(looks, { maxLength: 12 }),
        (strategy, shown) => {
          let present = webDeployment({ strategy, state: { is: 'starting', ecs } })
          for (const { running, production, isPaused, ...look } of shown) {
            present = advance(
              present,
              seen({
                ours: ours({
                  ...look,
                  target: { requested: 2, running, pending: 0, traffic: { production, test: 0 } },
                  hooks: isPaused ? [{ id: 'ecs-pause-1', status: 'AWAITING_ACTION' }] : [],
                }),
              }),
            )
            const isBefore = present.state.is === 'starting' || present.state.is === 'checking'
            expect(isBefore && production > 0).toBe(false)
          }
        },
      ),
    )
  })
})
