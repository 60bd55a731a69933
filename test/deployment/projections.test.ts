import { describe, expect, it } from 'vitest'
import {
  approvalOf,
  exitOf,
  groupStatusOf,
  hasBegun,
  isInProgress,
  stepsOf,
} from '../../lib/deployment/projections.ts'
import type { State, StateName } from '../../lib/deployment/state.ts'
import type { Approval } from '../../lib/deployment/approval.ts'
import type { Moment } from '../../lib/deployment/deployment.ts'
import type { ApprovalStatus } from '../../lib/names/vocabulary.ts'
import { revision, t0 } from './builders.ts'

const ecs = { taskDefinition: revision }
const live: State = { is: 'live', ecs }
const starting: State = { is: 'starting', ecs }
const failed: State = { is: 'failed', reached: 'building', failure: { code: 'timed_out', evidence: [] } }
const superseded: State = { is: 'cancelled', reached: 'building', cancellation: { code: 'superseded' } }
const cancelled: State = { is: 'cancelled', reached: 'building', cancellation: { code: 'cancelled' } }
const waiting: State = { is: 'awaiting_approval', policy: 'senior', until: t0 }

describe('a group', () => {
  it.each<[string, readonly StateName[]]>([
    ['running', ['starting', 'live']],
    ['running', ['rolling_back', 'live']],
    ['finalizing', ['draining', 'live']],
    ['finalized', ['live', 'rolled_back', 'failed']],
    ['cancelled', ['cancelled', 'cancelled']],
    ['finalized', ['cancelled', 'live']],
    ['creating_approval', ['awaiting_approval', 'live']],
    ['creating_approval_denied', ['denied']],
  ])('is %s with %j', (expected, names) => {
    expect(groupStatusOf(names.map(is => ({ is })))).toBe(expected)
  })
})

describe('the exit', () => {
  it.each<[string, readonly State[]]>([
    ['done', [live, live]],
    ['failed', [live, failed, superseded]],
    ['failed', [cancelled]],
    ['superseded', [superseded, starting, waiting]],
    ['in_progress', [starting, waiting, live]],
    ['waiting', [waiting, live]],
  ])('is %s', (expected, states) => {
    expect(exitOf(states)).toBe(expected)
  })
})

describe('steps', () => {
  const at = (...names: StateName[]): { is: StateName; at: number }[] =>
    names.map((is, index) => ({ is, at: t0 + index * 1_000 }))

  it('have times of their own', () => {
    expect(stepsOf({ timeline: at('preparing', 'starting', 'checking', 'draining', 'live') })).toEqual([
      { name: 'deploy', status: 'succeeded', startedAt: t0, finishedAt: t0 + 2_000 },
      { name: 'health_check', status: 'succeeded', startedAt: t0 + 2_000, finishedAt: t0 + 3_000 },
      { name: 'finalize', status: 'succeeded', startedAt: t0 + 3_000, finishedAt: t0 + 4_000 },
    ])
  })

  it('say which one failed, and skip the rest', () => {
    expect(stepsOf({ timeline: at('preparing', 'starting', 'rolling_back', 'rolled_back') })).toEqual([
      { name: 'deploy', status: 'failed', startedAt: t0, finishedAt: t0 + 2_000 },
      { name: 'health_check', status: 'skipped' },
      { name: 'finalize', status: 'skipped' },
    ])
  })

  it('name only what has begun while the deployment is on its way', () => {
    expect(
      stepsOf({ timeline: at('preparing', 'starting') }).map(({ name, status }) => `${name} ${status}`),
    ).toEqual(['deploy running'])
  })
})

describe('an approval', () => {
  const asked: Approval = {
    rules: [],
    requester: 'AROABOB:bob',
    definition: 'sha256:1',
    asked: {},
    executeWithin: 60_000,
    given: [],
  }
  const approved: Approval = { ...asked, met: { at: t0, executeUntil: t0 + 60_000 } }

  it.each<[ApprovalStatus | undefined, State, Approval | undefined, readonly string[] | undefined]>([
    [undefined, live, undefined, undefined],
    ['auto_approved', starting, undefined, ['freeze']],
    ['pending', waiting, asked, ['senior']],
    ['approved', waiting, approved, ['senior']],
    ['approved', live, approved, ['senior']],
    ['cancelled', cancelled, asked, ['senior']],
    ['auto_denied', { is: 'denied', policy: 'freeze' }, undefined, ['freeze']],
    ['denied', { is: 'denied', policy: 'senior', because: 'person' }, asked, ['senior']],
    ['expired', { is: 'denied', policy: 'senior', because: 'no_reply' }, asked, ['senior']],
    ['expired', { is: 'denied', policy: 'senior', because: 'not_executed' }, approved, ['senior']],
  ])('is %s', (expected, state, approval, judgedBy) => {
    expect(approvalOf({ state, approval, judgedBy })).toBe(expected)
  })

  it.each<[boolean, readonly StateName[]]>([
    [false, ['awaiting_approval']],
    [false, ['denied']],
    [false, ['awaiting_approval', 'cancelled']],
    [true, ['awaiting_approval', 'preparing', 'cancelled']],
    [true, ['preparing', 'starting']],
  ])('held up what has begun: %s for %j', (expected, names) => {
    const timeline = names.map((is): Moment => ({ is, at: t0 }))

    expect(hasBegun({ timeline })).toBe(expected)
  })

  it.each<[boolean, State]>([
    [false, waiting],
    [true, starting],
    [false, live],
  ])('stands in the way of the next deploy: %s', (expected, state) => {
    expect(isInProgress(state)).toBe(expected)
  })
})
