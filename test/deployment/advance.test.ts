import { describe, expect, it } from 'vitest'
import { advance } from '../../lib/deployment/advance.ts'
import type { SeenTarget } from '../../lib/deployment/observation.ts'
import type { State } from '../../lib/deployment/state.ts'
import {
  backOnPrevious,
  deployment,
  ours,
  previousRevision,
  revision,
  running,
  seen,
  stopped,
  t0,
  webDeployment,
} from './builders.ts'

const ecs = { taskDefinition: revision }
const found = { ...ecs, serviceDeployment: ours().arn, createdAt: ours().createdAt }
const failure = { code: 'container_exited', evidence: [] } as const
const successor = { serviceDeployment: 'arn:newer', createdAt: t0 + 9_000 }
const healthy = [{ id: '10.0.0.1', state: 'healthy', since: t0 }]

function after(state: State, look: Parameters<typeof seen>[0], of = deployment): State {
  return advance(of({ state }), seen(look)).state
}

describe('a deployment on its way', () => {
  it.each<[string, State['is'], Parameters<typeof seen>[0]]>([
    ['starts while its tasks do', 'starting', {}],
    ['starts while ECS has not begun', 'starting', { ours: ours({ status: 'PENDING' }) }],
    ['drains the previous tasks once its own run', 'draining', { ours: ours({ target: running }) }],
    [
      'is still at work under a status nobody knows yet',
      'starting',
      { ours: ours({ status: 'SOMETHING_NEW' }) },
    ],
    [
      'is watched after success, for want of a health check',
      'watching',
      { ours: ours({ status: 'SUCCESSFUL', target: running }) },
    ],
    [
      'is live at once where no task is wanted',
      'live',
      { ours: ours({ status: 'SUCCESSFUL', target: { requested: 0, running: 0, pending: 0 } }) },
    ],
  ])('%s', (_title, expected, look) => {
    expect(after({ is: 'starting', ecs }, look).is).toBe(expected)
  })

  it.each<[string, State['is'], Parameters<typeof seen>[0]]>([
    [
      'is checked while a target is not healthy',
      'checking',
      { ours: ours({ target: running }), targets: [{ id: '10.0.0.1', state: 'initial', since: t0 }] },
    ],
    [
      'drains once every target is healthy',
      'draining',
      { ours: ours({ target: running }), targets: healthy },
    ],
    [
      'is live when ECS says so: targets were its health check',
      'live',
      { ours: ours({ status: 'SUCCESSFUL', target: running }), targets: healthy },
    ],
  ])('behind a load balancer, %s', (_title, expected, look) => {
    expect(after({ is: 'starting', ecs }, look, webDeployment).is).toBe(expected)
  })

  it('behind two target groups, is checked until each task is healthy in both', () => {
    const two = ours({ target: { requested: 2, running: 2, pending: 0 } })
    const target = (taskId: string, state: string): SeenTarget => ({ id: taskId, taskId, state, since: t0 })
    const first = [target('a', 'healthy'), target('a', 'healthy')]

    const half = { ours: two, targets: [...first, target('b', 'healthy'), target('b', 'initial')] }
    const whole = { ours: two, targets: [...first, target('b', 'healthy'), target('b', 'unused')] }

    expect(after({ is: 'starting', ecs }, { ours: two, targets: first }, webDeployment).is).toBe('checking')
    expect(after({ is: 'starting', ecs }, half, webDeployment).is).toBe('checking')
    expect(after({ is: 'starting', ecs }, whole, webDeployment).is).toBe('draining')
  })

  it('on EC2 instances, is not held by targets that are no task of its own', () => {
    const task = { id: 'a', taskDefinition: revision, lastStatus: 'RUNNING', imageDigests: [] }
    const look = { ours: ours({ target: running }), targets: [] }

    expect(after({ is: 'starting', ecs }, { ...look, tasks: [task] }, webDeployment).is).toBe('draining')
    expect(
      after({ is: 'starting', ecs }, { ...look, tasks: [{ ...task, ip: '10.0.0.1' }] }, webDeployment).is,
    ).toBe('checking')
  })

  it.each([
    ['PENDING', 'starting'],
    ['RECONCILE_SERVICE', 'starting'],
    ['PRE_SCALE_UP', 'starting'],
    ['SCALE_UP', 'starting'],
    ['POST_SCALE_UP', 'checking'],
    ['TEST_TRAFFIC_SHIFT', 'checking'],
    ['POST_TEST_TRAFFIC_SHIFT', 'checking'],
    ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'shifting'],
    ['PRODUCTION_TRAFFIC_SHIFT', 'shifting'],
    ['POST_PRODUCTION_TRAFFIC_SHIFT', 'shifting'],
    ['BAKE_TIME', 'shifting'],
    ['CLEAN_UP', 'draining'],
    ['A_STAGE_OF_TOMORROW', 'starting'],
  ])(
    'of blue-green, canary and linear stands where the lifecycle stage %s does: %s',
    (lifecycleStage, expected) => {
      const state = after({ is: 'starting', ecs }, { ours: ours({ lifecycleStage }) }, over =>
        webDeployment({ ...over, strategy: 'blue_green' }),
      )

      expect(state.is).toBe(expected)
    },
  )

  it('never goes back to a stage that it has left', () => {
    expect(after({ is: 'draining', ecs }, { ours: ours() }).is).toBe('draining')
  })

  it('learns what ECS calls it', () => {
    expect(after({ is: 'starting', ecs }, {})).toEqual({ is: 'starting', ecs: found })
  })

  it('is the same object where a look shows nothing new: nothing is written down again', () => {
    const once = advance(deployment(), seen())

    expect(advance(once, seen({ at: t0 + 2_000 }))).toBe(once)
  })

  it('stays as it is while ECS does not show it yet', () => {
    const before = deployment()

    expect(advance(before, { at: t0, stopped: [] })).toBe(before)
  })

  it('is superseded when a newer deployment stopped it', () => {
    const state = after({ is: 'starting', ecs }, { ours: ours({ status: 'STOP_REQUESTED' }), successor })

    expect(state).toMatchObject({
      is: 'cancelled',
      cancellation: { code: 'superseded', successor: 'arn:newer' },
      reached: 'starting_candidate',
    })
  })

  it('fails when it stopped and nothing took over', () => {
    const state = after(
      { is: 'starting', ecs },
      {
        ours: ours({
          status: 'STOPPED',
          circuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
        }),
        stopped: [stopped()],
      },
    )

    expect(state).toMatchObject({
      is: 'failed',
      failure: { code: 'container_exited' },
      reached: 'starting_candidate',
    })
  })

  it.each<[string, Parameters<typeof seen>[0]]>([
    ['the search for a successor did not answer', { at: t0 + 60_000 }],
    ['it has only just stopped', { at: t0 + 20_000, isSearched: true }],
  ])('is not called failed by its stop while %s', (_title, look) => {
    const stoppedOurs = ours({ status: 'STOPPED', finishedAt: t0 + 10_000, statusSince: t0 + 11_000 })

    expect(after({ is: 'starting', ecs }, { ours: stoppedOurs, ...look }).is).toBe('starting')
  })

  it('was stopped by hand where nobody took over', () => {
    const stoppedOurs = ours({ status: 'STOPPED', finishedAt: t0 + 10_000, statusSince: t0 + 11_000 })

    expect(
      after({ is: 'starting', ecs }, { ours: stoppedOurs, at: t0 + 30_000, isSearched: true }),
    ).toMatchObject({ is: 'failed', failure: { code: 'cancelled' } })
  })

  it("failed where ECS's own monitors say so, whoever came after", () => {
    const tripped = ours({
      status: 'STOPPED',
      circuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
    })

    expect(after({ is: 'starting', ecs }, { ours: tripped, stopped: [stopped()], successor })).toMatchObject({
      is: 'failed',
      failure: { code: 'container_exited' },
    })
  })

  it('is superseded without a trace only where the search answered, and not right after it was asked for', () => {
    const look = { ours: undefined, successor, at: t0 + 20_000 }

    expect(after({ is: 'starting', ecs }, look).is).toBe('starting')
    expect(after({ is: 'starting', ecs }, { ...look, at: t0 + 2_000, isSearched: true }).is).toBe('starting')
    expect(after({ is: 'starting', ecs }, { ...look, isSearched: true })).toMatchObject({
      is: 'cancelled',
      cancellation: { code: 'superseded' },
    })
  })

  it('becomes live although a newer one took over right after its success', () => {
    expect(
      after({ is: 'starting', ecs }, { ours: ours({ status: 'SUCCESSFUL', target: running }), successor }).is,
    ).toBe('live')
  })
})

describe('a deployment that ECS turns back', () => {
  it.each(['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'])(
    'is rolling back under %s, and keeps the stage it had reached',
    status => {
      const state = after(
        { is: 'draining', ecs },
        {
          ours: ours({ status, circuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 } }),
          stopped: [stopped()],
        },
      )

      expect(state).toMatchObject({
        is: 'rolling_back',
        reached: 'draining_previous',
        failure: { code: 'container_exited', times: 1 },
      })
    },
  )

  it('is rolled back only once the previous revision is seen to run', () => {
    const back = ours({
      status: 'ROLLBACK_SUCCESSFUL',
      circuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
    })

    expect(
      after({ is: 'rolling_back', ecs, failure, reached: 'starting_candidate' }, { ours: back }).is,
    ).toBe('rolling_back')
    expect(
      after(
        { is: 'rolling_back', ecs, failure, reached: 'starting_candidate' },
        { ours: back, ...backOnPrevious() },
      ),
    ).toMatchObject({
      is: 'rolled_back',
      restored: { taskDefinition: previousRevision, imageDigest: 'sha256:old', asBefore: true },
    })
  })

  it('does not believe an answer about the service that is older than the verdict', () => {
    const back = ours({ status: 'ROLLBACK_SUCCESSFUL', readAt: t0 + 90_000 })

    expect(
      after(
        { is: 'rolling_back', ecs, failure, reached: 'starting_candidate' },
        { ours: back, ...backOnPrevious() },
      ).is,
    ).toBe('rolling_back')
  })

  it('says so when something else runs than before', () => {
    const back = ours({ status: 'ROLLBACK_SUCCESSFUL' })
    const other = {
      ...backOnPrevious(),
      tasks: [
        {
          id: 'old',
          taskDefinition: previousRevision,
          lastStatus: 'RUNNING',
          imageDigests: ['sha256:other'],
        },
      ],
    }

    expect(
      after({ is: 'rolling_back', ecs, failure, reached: 'starting_candidate' }, { ours: back, ...other }),
    ).toMatchObject({
      is: 'rolled_back',
      restored: { imageDigest: 'sha256:other', asBefore: false },
    })
  })

  it('fails without a rollback candidate, and says what went wrong first', () => {
    const way = ours({
      status: 'ROLLBACK_FAILED',
      statusReason: 'No rollback candidate was found to run the rollback.',
    })

    expect(
      after({ is: 'rolling_back', ecs, failure, reached: 'starting_candidate' }, { ours: way }),
    ).toMatchObject({
      is: 'failed',
      failure: { code: 'no_rollback_candidate', cause: { code: 'container_exited' } },
    })
  })

  it('fails when the rollback fails too', () => {
    const way = ours({ status: 'ROLLBACK_FAILED', rollback: { serviceRevision: 'arn:revision' } })

    expect(
      after({ is: 'rolling_back', ecs, failure, reached: 'starting_candidate' }, { ours: way }),
    ).toMatchObject({
      is: 'failed',
      failure: { code: 'rollback_failed', cause: { code: 'container_exited' } },
    })
  })

  it.each<[string, State & { is: 'rolling_back' }]>([
    ['', { is: 'rolling_back', ecs, failure, reached: 'starting_candidate' }],
    [
      ' after a late crash',
      {
        is: 'rolling_back',
        ecs,
        failure,
        reached: 'draining_previous',
        redeploying: { taskDefinition: previousRevision },
      },
    ],
  ])('keeps its first cause when a newer deployment overtakes the way back%s', (_when, state) => {
    const way = ours({ status: 'STOPPED', rollback: { serviceRevision: 'arn:revision' }, finishedAt: t0 })
    const look = { ours: way, redeployment: way, at: t0 + 60_000 }

    expect(after(state, { ...look, successor })).toMatchObject({
      is: 'failed',
      failure: { code: 'container_exited', overtakenBy: 'arn:newer' },
    })
    expect(after(state, look).is).toBe('rolling_back')
    expect(after(state, { ...look, isSearched: true })).toMatchObject({
      is: 'failed',
      failure: { code: 'rollback_failed', cause: { code: 'container_exited' } },
    })
  })

  it('finds the reason that arrives one look late', () => {
    const vague = { code: 'circuit_breaker', evidence: [] } as const
    const way = ours({
      status: 'ROLLBACK_IN_PROGRESS',
      circuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
    })

    expect(
      after(
        { is: 'rolling_back', ecs, failure: vague, reached: 'starting_candidate' },
        { ours: way, stopped: [stopped()] },
      ),
    ).toMatchObject({
      is: 'rolling_back',
      failure: { code: 'container_exited' },
    })
  })

  it('goes all the way in one look when nobody looked in between', () => {
    const back = ours({
      status: 'ROLLBACK_SUCCESSFUL',
      circuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
    })

    const { state, timeline } = advance(
      deployment(),
      seen({ ours: back, stopped: [stopped()], ...backOnPrevious() }),
    )

    expect(state.is).toBe('rolled_back')
    expect(timeline.map(({ is }) => is)).toEqual(['starting', 'rolling_back', 'rolled_back'])
  })
})

describe('a process without any health check', () => {
  const watching: State = { is: 'watching', ecs, until: t0 + 15_000 }
  const success = ours({ status: 'SUCCESSFUL', target: running })

  it('is not live before its time', () => {
    expect(after(watching, { at: t0 + 14_999, ours: success }).is).toBe('watching')
  })

  it('is live once it has kept running', () => {
    const look = { at: t0 + 15_300, ours: success }

    expect(after(watching, { ...look, stoppedReadAt: t0 + 15_000 }).is).toBe('live')
  })

  it('is not live before its stopped tasks were read after its time', () => {
    const look = { at: t0 + 15_300, ours: success }

    expect(after(watching, look).is).toBe('watching')
    expect(after(watching, { ...look, stoppedReadAt: t0 + 14_999 }).is).toBe('watching')
  })

  it("is left to the command that follows it: a reader's look does not end its time", () => {
    const look = { at: t0 + 15_300, ours: success, stoppedReadAt: t0 + 15_300, isFollowed: true }

    expect(after(watching, look).is).toBe('watching')
    expect(after({ is: 'starting', ecs }, look).is).toBe('watching')
  })

  it('is rolled back once ECS has deployed the previous revision again', () => {
    const state: State = {
      is: 'rolling_back',
      ecs,
      failure,
      reached: 'draining_previous',
      redeploying: { taskDefinition: previousRevision },
    }
    const redeployment = ours({ arn: 'arn:back', status: 'SUCCESSFUL', target: running })

    expect(after(state, { ours: success, ...backOnPrevious() }).is).toBe('rolling_back')
    expect(after(state, { ours: success, redeployment, ...backOnPrevious() })).toMatchObject({
      is: 'rolled_back',
      restored: { asBefore: true },
    })
  })

  it('fails when the way back was never asked for and nobody will any more', () => {
    const state: State = {
      is: 'rolling_back',
      ecs,
      failure,
      reached: 'draining_previous',
      redeploying: { taskDefinition: previousRevision },
    }

    const look = { ours: success, unattended: true, isSearched: true }

    expect(after(state, { ...look, at: t0 + 20_000 })).toMatchObject({
      is: 'failed',
      failure: { code: 'rollback_failed' },
    })
    expect(after(state, { ...look, at: t0 + 19_999 }).is).toBe('rolling_back')
    expect(after(state, { ...look, isSearched: false, at: t0 + 60_000 }).is).toBe('rolling_back')
  })
})

describe('a deployment whose command died', () => {
  const preparing: State = { is: 'preparing', step: 'register', taskDefinition: revision }

  it('is found again by its revision', () => {
    expect(after(preparing, { unattended: true })).toEqual({ is: 'starting', ecs: found })
  })

  it('may yet be shown by ECS, right after ECS was asked', () => {
    expect(after(preparing, { ours: undefined, unattended: true })).toBe(preparing)
  })

  it('timed out when ECS was never asked', () => {
    expect(
      after(preparing, { ours: undefined, unattended: true, isSearched: true, at: t0 + 60_000 }),
    ).toMatchObject({
      is: 'failed',
      failure: { code: 'timed_out' },
    })
  })

  it('waits while its command lives', () => {
    expect(after(preparing, { ours: undefined, unattended: false })).toBe(preparing)
  })

  it('is superseded when another took over before ECS was asked', () => {
    expect(after(preparing, { ours: undefined, unattended: true, successor })).toMatchObject({
      is: 'cancelled',
      cancellation: { code: 'superseded' },
    })
  })
})

describe('a deployment that somebody wants cancelled', () => {
  const wish = { cancelRequested: { by: 'ada', reason: 'wrong image', at: t0 } }
  const wished = (over: Parameters<typeof deployment>[0]): ReturnType<typeof deployment> =>
    deployment({ ...wish, ...over })

  it('is cancelling while ECS turns back, and cancelled after', () => {
    const cancelling = after(
      { is: 'starting', ecs },
      { ours: ours({ status: 'ROLLBACK_REQUESTED' }) },
      wished,
    )

    expect(cancelling).toMatchObject({
      is: 'cancelling',
      cancellation: { code: 'cancelled', by: 'ada', reason: 'wrong image' },
    })
    expect(after(cancelling, { ours: ours({ status: 'ROLLBACK_SUCCESSFUL' }) }, wished).is).toBe('cancelled')
  })

  it.each<[string, Parameters<typeof ours>[0]]>([
    ['circuit_breaker', { circuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 } }],
    ['alarm', { alarms: { status: 'TRIGGERED', names: ['errors'], triggered: ['errors'] } }],
    ['hook_failed', { hooks: [{ status: 'TIMED_OUT' }] }],
  ])("is rolling back all the same where ECS's own verdict is %s", (code, monitor) => {
    const look = { ours: ours({ status: 'ROLLBACK_IN_PROGRESS', target: running, ...monitor }) }

    expect(after({ is: 'starting', ecs }, look, wished)).toMatchObject({
      is: 'rolling_back',
      failure: { code },
    })
  })

  it('fails when ECS cannot turn back, also while it drains', () => {
    const look = { ours: ours({ status: 'ROLLBACK_FAILED' }) }

    expect(after({ is: 'draining', ecs }, look, wished)).toMatchObject({
      is: 'failed',
      failure: { code: 'no_rollback_candidate' },
    })
  })

  it('fails when ECS cannot turn back', () => {
    const cancelling = after(
      { is: 'starting', ecs },
      { ours: ours({ status: 'ROLLBACK_REQUESTED' }) },
      wished,
    )

    expect(after(cancelling, { ours: ours({ status: 'ROLLBACK_FAILED' }) }, wished)).toMatchObject({
      is: 'failed',
      failure: { code: 'no_rollback_candidate' },
    })
  })

  it('is live when the wish came too late', () => {
    expect(
      after(
        { is: 'watching', ecs, until: t0 },
        { ours: ours({ status: 'SUCCESSFUL' }), stoppedReadAt: t0 + 1_000 },
        wished,
      ).is,
    ).toBe('live')
  })

  it('keeps the status finalizing until ECS is through, when it was draining', () => {
    expect(
      after({ is: 'draining', ecs }, { ours: ours({ status: 'ROLLBACK_IN_PROGRESS' }) }, wished).is,
    ).toBe('draining')
    expect(after({ is: 'draining', ecs }, { ours: ours({ status: 'ROLLBACK_SUCCESSFUL' }) }, wished).is).toBe(
      'cancelled',
    )
  })
})

describe('what is looked at hours later', () => {
  const morning = t0 + 9 * 3_600_000
  const over = { target: running, finishedAt: t0 + 40_000 }

  function timeline(look: Parameters<typeof seen>[0], of = deployment()) {
    return advance(of, seen({ at: morning, ...look })).timeline
  }

  it.each<[State['is'], Parameters<typeof seen>[0], ReturnType<typeof deployment>]>([
    ['live', { ours: ours({ status: 'SUCCESSFUL', ...over }) }, webDeployment()],
    [
      'cancelled',
      { ours: ours({ status: 'ROLLBACK_SUCCESSFUL', ...over }) },
      deployment({ cancelRequested: { by: 'arn:me', at: t0 + 5_000 } }),
    ],
    [
      'rolled_back',
      { ours: ours({ status: 'ROLLBACK_SUCCESSFUL', ...over }), ...backOnPrevious() },
      deployment({ state: { is: 'rolling_back', reached: 'starting_candidate', ecs, failure } }),
    ],
  ])('is %s since ECS was through with it', (is, look, of) => {
    expect(timeline(look, of).at(-1)).toEqual({ is, at: t0 + 40_000 })
  })

  it('has been live since its watch was over', () => {
    const watched = deployment({ state: { is: 'watching', ecs, until: t0 + 55_000 } })

    expect(timeline({ stoppedReadAt: morning }, watched).at(-1)).toEqual({ is: 'live', at: t0 + 55_000 })
  })

  it('began when ECS began with it, where nobody lived to write that down', () => {
    const prepared = deployment({ state: { is: 'preparing', step: 'register', taskDefinition: revision } })
    const successful = ours({ status: 'SUCCESSFUL', ...over })

    expect(timeline({ ours: successful, unattended: true }, prepared).slice(1)).toEqual([
      { is: 'starting', at: successful.createdAt },
      { is: 'live', at: t0 + 40_000 },
    ])
  })

  it('never has an end before what went before it, or one that is still to come', () => {
    const late = deployment({ timeline: [{ is: 'starting', at: t0 + 50_000 }] })
    const early = seen({ at: t0 + 30_000, ours: ours({ status: 'SUCCESSFUL', ...over }), unattended: true })

    expect(
      timeline({ ours: ours({ status: 'SUCCESSFUL', ...over }), unattended: true }, late).at(-1)?.at,
    ).toBe(t0 + 50_000)
    expect(advance(deployment(), early).timeline.at(-1)?.at).toBe(t0 + 30_000)
  })
})

describe('a service that was deleted', () => {
  const isServiceGone = true

  it.each<[string, State, Parameters<typeof seen>[0], object]>([
    [
      'fails what was on its way',
      { is: 'shifting', ecs },
      {},
      { is: 'failed', failure: { code: 'service_gone' } },
    ],
    [
      'fails what ECS has stopped for it, at once',
      { is: 'starting', ecs },
      { ours: ours({ status: 'STOPPED', finishedAt: t0 + 900 }) },
      { is: 'failed', failure: { code: 'service_gone' } },
    ],
    [
      'fails what was on its way back, and keeps why',
      { is: 'rolling_back', reached: 'switching_route', ecs, failure },
      {},
      { is: 'failed', failure: { code: 'service_gone', cause: failure } },
    ],
    ['fails what was watched', { is: 'watching', ecs, until: t0 }, {}, { is: 'failed' }],
    [
      'leaves live what ECS was through with',
      { is: 'starting', ecs },
      { ours: ours({ status: 'SUCCESSFUL', target: running }), unattended: true },
      { is: 'live' },
    ],
    [
      'ends a cancelling',
      { is: 'cancelling', reached: 'switching_route', ecs, cancellation: { code: 'cancelled' } },
      {},
      { is: 'cancelled' },
    ],
    ['ends a stop', { is: 'stopping', ecs }, {}, { is: 'stopped' }],
    [
      'leaves to its command what is prepared',
      { is: 'preparing', step: 'register' },
      { ours: undefined },
      { is: 'preparing' },
    ],
    [
      'fails what nobody prepares any more',
      { is: 'preparing', step: 'register' },
      { ours: undefined, unattended: true },
      { is: 'failed', failure: { code: 'service_gone' } },
    ],
  ])('%s', (_title, state, look, expected) => {
    expect(after(state, { ...look, isServiceGone })).toMatchObject(expected)
  })
})
