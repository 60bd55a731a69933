import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { stageShop } from './stage-shop.ts'

const staging = ['-e', 'staging'] as const

let shop: Shop
beforeEach(async () => {
  shop = await openShop({ speed: 20 })
  await stageShop(shop, ['worker'])
}, 60_000)
afterEach(() => shop.close())

describe('an environment', { timeout: 60_000 }, () => {
  it('has a history and ways back of its own; without -e it is production', async () => {
    await deploy('v1.2.2', ...staging)
    await deploy('v1.2.3', ...staging)
    await deploy('v1.2.2')
    await deploy('v1.2.3')

    const { code } = await shop.json(...staging, 'rollback', 'process=worker', '--wait')

    expect(code).toBe(0)
    expect(await history(...staging)).toEqual(['rollback v1.2.2', 'manual v1.2.3', 'manual v1.2.2'])
    expect(await history()).toEqual(['manual v1.2.3', 'manual v1.2.2'])
    expect(await runs(...staging)).toEqual(['staging', 'v1.2.2'])
    expect(await runs()).toEqual(['production', 'v1.2.3'])
  })
})

async function deploy(tag: string, ...argv: readonly string[]): Promise<void> {
  await shop.tapit(...argv, 'create', 'deploy', `docker_tag=${tag}`, 'process=worker', '--wait')
}

async function history(...argv: readonly string[]): Promise<readonly string[]> {
  const { document } = await shop.json(...argv, 'list', 'deploys')
  return document.deployments.map((each: any) => `${each.trigger} ${each.dockerTag}`)
}

async function runs(...argv: readonly string[]): Promise<readonly string[]> {
  const { document } = await shop.json(...argv, 'status', 'process=worker')
  return [document.environment, document.processes[0].dockerTag]
}
