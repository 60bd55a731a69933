import { fc } from '../fakes/fast-check.ts'
import { describe, expect, it } from 'vitest'
import { advance } from '../../lib/deployment/advance.ts'
import { isSettled, statusOf } from '../../lib/deployment/projections.ts'
import { type State, type StateName, transitions } from '../../lib/deployment/state.ts'
import type { DeploymentStatus } from '../../lib/names/vocabulary.ts'
import { backOnPrevious, deployment, ours, revision, running, stopped, t0 } from './builders.ts'

const ecs = { taskDefinition: revision }
const failure = { code: 'container_exited', evidence: [] } as const
const cancellation = { code: 'cancelled' } as const

const everyState: { readonly [Name in StateName]: State } = {
  awaiting_approval: { is: 'awaiting_approval', policy: 'senior', until: t0 },
  denied: { is: 'denied', policy: 'freeze' },
  preparing: { is: 'preparing', step: 'register', taskDefinition: revision },
  starting: { is: 'starting', ecs },
  checking: { is: 'checking', ecs },
  shifting: { is: 'shifting', ecs },
  draining: { is: 'draining', ecs },
  watching: { is: 'watching', ecs, until: t0 + 15_000 },
  live: { is: 'live', ecs },
  rolling_back: { is: 'rolling_back', ecs, failure, reached: 'starting_candidate' },
  rolled_back: {
    is: 'rolled_back',
    ecs,
    failure,
    reached: 'starting_candidate',
    restored: { taskDefinition: 'arn:old', asBefore: true },
  },
  cancelling: { is: 'cancelling', reached: 'starting_candidate', cancellation },
  cancelled: { is: 'cancelled', reached: 'starting_candidate', cancellation },
  failed: { is: 'failed', reached: 'starting_candidate', failure },
  stopping: { is: 'stopping', ecs },
  stopped: { is: 'stopped', ecs },
}

/** The table of the design, status by status. */
const statusTransitions: { readonly [Status in DeploymentStatus]: readonly DeploymentStatus[] } = {
  creating_approval: ['creating', 'creating_approval_denied', 'cancelled'],
  creating_approval_denied: [],
  creating: ['waiting_for_instances', 'failed', 'cancelling', 'cancelled'],
  waiting_for_instances: ['running', 'rolling_back', 'failed', 'cancelling', 'cancelled'],
  running: ['finalizing', 'rolling_back', 'failed', 'cancelling', 'cancelled'],
  finalizing: ['finalized', 'rolling_back', 'failed', 'cancelled'],
  finalized: ['deleting'],
  rolling_back: ['rolled_back', 'failed'],
  rolled_back: [],
  cancelling: ['cancelled', 'failed'],
  cancelled: [],
  failed: [],
  deleting: ['deleted', 'failed'],
  deleted: [],
}

/** Statuses that a rolling deployment, or one without health checks, passes without stopping there. */
const passedThrough: readonly DeploymentStatus[] = ['running', 'finalizing']

function isAllowed(from: DeploymentStatus, to: DeploymentStatus): boolean {
  const next = statusTransitions[from]
  return (
    from === to ||
    next.includes(to) ||
    next.filter(each => passedThrough.includes(each)).some(each => isAllowed(each, to))
  )
}

const observations = fc.record(
  {
    at: fc.integer({ min: t0, max: t0 + 60_000 }),
    ours: fc
      .record({
        status: fc.constantFrom(
          'PENDING',
          'IN_PROGRESS',
          'SUCCESSFUL',
          'STOP_REQUESTED',
          'STOPPED',
          'ROLLBACK_REQUESTED',
          'ROLLBACK_IN_PROGRESS',
          'ROLLBACK_SUCCESSFUL',
          'ROLLBACK_FAILED',
          'NEW',
        ),
        lifecycleStage: fc.constantFrom(
          undefined,
          'SCALE_UP',
          'POST_SCALE_UP',
          'PRODUCTION_TRAFFIC_SHIFT',
          'BAKE_TIME',
          'CLEAN_UP',
        ),
        target: fc.constantFrom(running, { requested: 2, running: 0, pending: 2 }),
      })
      .map(part => ours(part)),
    successor: fc.constant({ serviceDeployment: 'arn:newer', createdAt: t0 + 9_000 }),
    stopped: fc.constantFrom([], [stopped()], [stopped(), stopped({ id: 'b' })]),
    unattended: fc.boolean(),
    back: fc.boolean(),
  },
  { requiredKeys: ['at', 'stopped', 'back'] },
)

describe('transitions', () => {
  it.each(Object.keys(transitions) as StateName[])(
    'from %s lead only where the table of statuses leads',
    from => {
      for (const to of transitions[from])
        expect(isAllowed(statusOf({ is: from }), statusOf({ is: to })), `${from} → ${to}`).toBe(true)
    },
  )

  it('are all that any sequence of observations can bring about', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(everyState)),
        fc.constantFrom('rolling', 'blue_green' as const),
        fc.boolean(),
        fc.array(observations, { maxLength: 6 }),
        (state, strategy, isCancelled, looks) => {
          let present = deployment({
            state,
            strategy: strategy as 'rolling',
            ...(isCancelled && { cancelRequested: { by: 'ada', at: t0 } }),
          })
          for (const { back, ...look } of looks)
            present = advance(present, { ...look, ...(back && backOnPrevious()) })
          present.timeline.slice(1).forEach(({ is }, index) => {
            const from = present.timeline[index]?.is ?? 'preparing'
            expect(transitions[from] as readonly StateName[], `${from} → ${is}`).toContain(is)
          })
        },
      ),
    )
  })

  it.each(Object.values(everyState).filter(isSettled))('never leave $is once it is reached', state => {
    const settled = deployment({ state })

    expect(
      advance(settled, {
        at: t0,
        ours: ours({ status: 'ROLLBACK_SUCCESSFUL' }),
        stopped: [],
        unattended: true,
        ...backOnPrevious(),
      }),
    ).toBe(settled)
  })
})
