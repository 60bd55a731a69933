import { describe, expect, it } from 'vitest'
import type { Deployment } from '../../lib/deployment/deployment.ts'
import type { State } from '../../lib/deployment/state.ts'
import { recordedUses, rollbackTargets } from '../../lib/images/recorded-uses.ts'
import { someDeployment, somePointer } from '../adapters/some-records.ts'

const repository = someDeployment().repository
const revision = (number: number): string => `arn:aws:ecs:eu-west-1:1:task-definition/shop-worker:${number}`
const live = (number: number): State => ({ is: 'live', ecs: { taskDefinition: revision(number) } })

/** Newest first: the number is that of the revision, too. */
function deployed(number: number, imageDigest: string, over: Partial<Deployment> = {}): Deployment {
  return someDeployment({ id: `dep_${number}`, imageDigest, state: live(number), ...over })
}

describe('rollback targets', () => {
  it('are the newest of different images that went live, of each process', () => {
    const history = [
      deployed(9, 'c'),
      deployed(8, 'c'),
      deployed(7, 'failed', {
        state: { is: 'failed', reached: 'building', failure: { code: 'alarm', evidence: [] } },
      }),
      deployed(6, 'b'),
      deployed(5, 'a'),
      deployed(4, 'a', { process: 'web' }),
      deployed(3, 'elsewhere', { repository: 'another' }),
      deployed(2, 'stopped', {
        process: 'web',
        state: { is: 'stopped', ecs: { taskDefinition: revision(2) } },
      }),
    ]

    const targets = rollbackTargets(history, { repository, keep: 2 })

    expect(targets.map(({ id }) => id)).toEqual(['dep_9', 'dep_6', 'dep_4', 'dep_2'])
  })
})

describe('the records need', () => {
  it('what is being deployed and what it would go back to, image and revision', () => {
    const open = deployed(9, 'new', {
      state: { is: 'preparing', step: 'register', taskDefinition: revision(9) },
      previous: { taskDefinition: revision(8), imageDigest: 'old', runningDigest: 'old-amd64' },
    })

    const { uses, revisions } = recordedUses({ deployments: [open], pointers: [], repository, keep: 1 })

    expect(uses).toEqual([
      { image: { digest: 'new' }, reason: { is: 'deploying', in: 'shop/worker' } },
      { image: { digest: 'old' }, reason: { is: 'rollback_target', of: 'shop/worker' } },
      { image: { digest: 'old-amd64' }, reason: { is: 'rollback_target', of: 'shop/worker' } },
    ])
    expect([...revisions]).toEqual([revision(8), revision(9)])
  })

  it('nothing yet of what is still being built', () => {
    const open = deployed(9, '', { imageDigest: undefined, state: { is: 'preparing', step: 'build' } })

    expect(recordedUses({ deployments: [open], pointers: [], repository, keep: 1 }).uses).toEqual([])
  })

  it('what is active, what ran before it even where one image is kept, and the kept targets', () => {
    const history = [
      deployed(9, 'c', { previous: { taskDefinition: revision(8), imageDigest: 'b' } }),
      deployed(8, 'b', { previous: { taskDefinition: revision(7), imageDigest: 'a' } }),
      deployed(7, 'a'),
    ]
    const pointer = somePointer({ deploymentId: 'dep_9', imageDigest: 'c', taskDefinition: revision(9) })

    const { uses, revisions } = recordedUses({
      deployments: history,
      pointers: [pointer],
      repository,
      keep: 1,
    })

    expect(uses.map(({ image, reason }) => [Object.values(image)[0], reason.is])).toEqual([
      ['c', 'running'],
      ['b', 'rollback_target'],
      ['c', 'rollback_target'],
    ])
    expect([...revisions]).toEqual([revision(9), revision(8)])
  })

  it('the revision that a late crash is taken back to', () => {
    const crashed = deployed(9, 'c', {
      state: {
        is: 'rolling_back',
        ecs: { taskDefinition: revision(9) },
        failure: { code: 'container_exited', evidence: [] },
        reached: 'draining_previous',
        redeploying: { taskDefinition: revision(5) },
      },
    })

    const { revisions } = recordedUses({ deployments: [crashed], pointers: [], repository, keep: 1 })

    expect([...revisions]).toEqual([revision(9), revision(5)])
  })
})
