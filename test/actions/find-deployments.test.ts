import { describe, expect, it } from 'vitest'
import { findDeployments } from '../../lib/actions/history/find-deployments.ts'
import type { Records } from '../../lib/records/records.ts'
import { someDeployment, someGroup } from '../adapters/some-records.ts'

const group = someGroup({
  members: [
    { app: 'shop', id: 'dep_1' },
    { app: 'shop', id: 'dep_2' },
    { app: 'other', id: 'dep_3' },
  ],
})

describe('a group', () => {
  it.each([
    ['by its id', group.id],
    ['as the newest', undefined],
  ])('found %s says which of its members have no record', async (_, id) => {
    const { deployments, missing } = await findDeployments('shop', id, recordsWith(['dep_1']))

    expect(deployments.map(({ record }) => record.id)).toEqual(['dep_1'])
    expect(missing).toEqual(['dep_2'])
  })

  it('misses none where all are there', async () => {
    const { missing } = await findDeployments('shop', group.id, recordsWith(['dep_1', 'dep_2']))

    expect(missing).toEqual([])
  })
})

/** Only what is asked for here. */
function recordsWith(ids: readonly string[]): Records {
  const some: Pick<Records, 'group' | 'newestGroup' | 'deployments'> = {
    group: async () => group,
    newestGroup: async () => group,
    deployments: async (_, asked) =>
      asked.filter(id => ids.includes(id)).map(id => ({ record: someDeployment({ id }), version: 1 })),
  }
  return some as Records
}
