import { describe, expect, it } from 'vitest'
import type { Ports } from '../../../lib/actions/ports.ts'
import { appHistory, lookedAgain } from '../../../lib/actions/prune/app-history.ts'
import type { Deployment } from '../../../lib/deployment/deployment.ts'
import type { Lease } from '../../../lib/records/lease.ts'
import type { ListOptions } from '../../../lib/records/records.ts'
import { someDeployment, someLease, somePointer } from '../../adapters/some-records.ts'

const now = Date.UTC(2026, 10, 20)
const { repository } = someDeployment()
const wanted = { app: 'shop', processes: ['web', 'worker'], repository, keep: 2 }

describe('the history of an app', () => {
  it('is read until each process has as many images as are kept, asking only for those that lack some', async () => {
    const records = [
      ...many(150, 'web'),
      ...['c', 'b', 'a'].map((digest, index) => live(`dep_w${index}`, 'worker', digest)),
      ...many(500, 'web'),
    ]
    const { means, asked } = recorded({ records })

    const { deployments } = await appHistory(wanted, means)

    expect(asked).toEqual([['web', 'worker'], ['worker']])
    expect(deployments.filter(({ process }) => process === 'worker')).toHaveLength(3)
  })

  it('is read to its beginning for a process that was hardly ever deployed', async () => {
    const records = [...many(250, 'web'), live('dep_w', 'worker', 'a')]
    const { means, asked } = recorded({ records })

    const { deployments } = await appHistory(wanted, means)

    expect(asked).toEqual([['web', 'worker'], ['worker']])
    expect(deployments.map(({ id }) => id)).toContain('dep_w')
  })

  it('has what is active and what holds a lease, however long ago it began', async () => {
    const active = live('dep_00active', 'web', 'active')
    const building = someDeployment({ id: 'dep_00lease', process: 'worker' })
    const { means } = recorded({
      records: [...many(200, 'web'), ...many(200, 'worker'), active, building],
      pointers: ['dep_00active'],
      leases: [someLease({ deploymentId: 'dep_00lease', renewedAt: now })],
    })

    const { deployments } = await appHistory(wanted, means)

    expect(deployments.map(({ id }) => id)).toEqual(expect.arrayContaining(['dep_00active', 'dep_00lease']))
  })

  it('is not known while somebody has a lease and no record yet: it throws', async () => {
    const { means } = recorded({ leases: [someLease({ process: 'web', renewedAt: now })] })

    await expect(appHistory(wanted, means)).rejects.toThrow('a deployment of shop/web is just beginning')
  })

  it('is known where a lease without a record is a dead command’s', async () => {
    const { means } = recorded({ leases: [someLease({ seconds: 60, renewedAt: now - 181_000 })] })

    expect((await appHistory(wanted, means)).deployments).toEqual([])
  })

  it('looked at again has what began since, and the newer state of what was known', async () => {
    const before = someDeployment({ id: 'dep_1', process: 'web' })
    const history = { app: 'shop', pointers: [], deployments: [before] }
    const { means } = recorded({
      records: [someDeployment({ id: 'dep_2', process: 'web' }), live('dep_1', 'web', 'a')],
    })

    const { deployments } = await lookedAgain(history, means)

    expect(deployments.map(({ id, state }) => [id, state.is])).toEqual([
      ['dep_2', 'preparing'],
      ['dep_1', 'live'],
    ])
  })
})

type Recorded = {
  /** Newest first. */
  readonly records?: readonly Deployment[]
  /** Ids of the active deployments. */
  readonly pointers?: readonly string[]
  readonly leases?: readonly Lease[]
}

type Asked = {
  readonly means: Pick<Ports, 'records' | 'clock'>
  /** Which processes each page was asked for. */
  readonly asked: (readonly string[] | undefined)[]
}

function recorded({ records = [], pointers = [], leases = [] }: Recorded): Asked {
  const asked: (readonly string[] | undefined)[] = []
  const stored = (record: Deployment): { record: Deployment; version: number } => ({ record, version: 1 })
  const means = {
    clock: { now: () => now, sleep: async () => {} },
    records: {
      listDeployments: async ({ processes, limit, from }: ListOptions) => {
        asked.push(processes)
        const begin = from === undefined ? 0 : records.findIndex(({ id }) => id === from) + 1
        const found = records.slice(begin).filter(({ process }) => processes?.includes(process) ?? true)
        const last = found[limit - 1]
        return {
          deployments: found.slice(0, limit).map(stored),
          ...(found.length > limit && last !== undefined && { next: last.id }),
        }
      },
      deployments: async (_: string, ids: readonly string[]) =>
        records.filter(({ id }) => ids.includes(id)).map(stored),
      pointers: async () => pointers.map(deploymentId => somePointer({ deploymentId })),
      leases: async () => leases,
    },
  } as unknown as Asked['means']
  return { means, asked }
}

/** Of two images: the newest fifty are of the newer one. */
function many(count: number, process: string): readonly Deployment[] {
  return Array.from({ length: count }, (_, index) =>
    live(`dep_${process}${count - index}`, process, index < 50 ? 'new' : 'old'),
  )
}

function live(id: string, process: string, imageDigest: string): Deployment {
  return someDeployment({
    id,
    process,
    imageDigest,
    state: { is: 'live', ecs: { taskDefinition: `arn ${id}` } },
  })
}
