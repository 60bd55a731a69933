import { afterEach, beforeEach, expect, it } from 'vitest'
import { awsPorts } from '../../lib/adapters/aws/aws-ports.ts'
import { someDeployment, someGroup } from '../adapters/some-records.ts'
import { type Shop, openShop } from '../fakes/shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

it('show deploy says which members of a group have no record', async () => {
  const { records } = awsPorts({ env: shop.env, clock: shop.clock }).command
  const there = someDeployment({
    id: 'dep_there',
    state: { is: 'failed', reached: 'building', failure: { code: 'image_not_found', evidence: [] } },
  })
  const members = [there.id, 'dep_lost'].map(id => ({ app: 'shop', id }))
  await records.createGroup(someGroup({ members }))
  await records.createDeployment(there)

  const { document } = await shop.json('show', 'deploy')
  const { stdout } = await shop.tapit('show', 'deploy')

  expect(document.deployments).toHaveLength(1)
  expect(document.group.missing).toEqual(['dep_lost'])
  expect(stdout).toMatch(/1 of 2 records is missing: dep_lost\.\n$/)
})
