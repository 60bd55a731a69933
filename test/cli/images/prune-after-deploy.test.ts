import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { tagService } from '../deploy/scenes.ts'
import { day, deployAll, grow, tagsThere } from './repository-scenes.ts'

let shop: Shop
beforeEach(async () => {
  // On a faster clock the time that pruning may take is over before it has begun.
  shop = await openShop({ speed: 5 })
})
afterEach(() => shop.close())

it('lets go what is beyond images.keep once a deploy is live, and says so', { timeout: 90_000 }, async () => {
  tagService(shop, 'default', { 'tapit:images-keep': '2' })
  for (const tag of ['a', 'b', 'c']) {
    await deployAll(shop, [tag])
    grow(shop, 3 * day)
  }
  await shop.push({ tag: 'd' })
  const before = tagsThere(shop)

  const { code, stderr } = await shop.tapit('create', 'deploy', 'process=default', 'docker_tag=d', '--wait')

  expect(code).toBe(0)
  expect(stderr).toMatch(/beyond|old image|pruned|gone/)
  expect(before).toContain('b')
  // The newest two, and what the other processes of the app run and would go back to.
  expect(tagsThere(shop)).toEqual(['c', 'd', 'v1.2.2', 'v1.2.3'])
})
