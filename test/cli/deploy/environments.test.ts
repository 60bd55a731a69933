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

  describe('that its cluster says it is not', () => {
    beforeEach(() => tagClusters('staging'))

    it.each([
      [['create', 'deploy', 'docker_tag=v1.2.2']],
      [['create', 'deploy', 'docker_tag=v1.2.2', '--dry-run']],
      [['stop', 'process=worker', '--yes']],
      [['scale', 'process=worker', 'count=3']],
      [['restart', 'process=worker']],
      [['rollback', 'process=worker']],
      [['prune', 'images', '--yes']],
      [['run', 'process=worker', '--', 'true']],
    ])('is left alone by %j', async argv => {
      const { code, stdout } = await shop.tapit('-e', 'production', '-o', 'json', ...argv)

      expect(code).toBe(3)
      expect(JSON.parse(stdout).error).toMatchObject({
        code: 'other_environment',
        message: expect.stringMatching(/the cluster "shop" .* environment staging .* not production/),
        advice: expect.stringContaining('key=tapit:environment,value=production'),
      })
      expect(shop.sandbox.faults.count('UpdateService')).toBe(0)
    })

    it('is shown, with a word about it', async () => {
      const { code, stdout } = await shop.tapit('-e', 'production', 'status')

      expect(code).toBe(0)
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain('says that it is staging, not production')
    })

    it('is deployed to where nobody said which one it is', async () => {
      const { code } = await shop.json('create', 'deploy', 'docker_tag=v1.2.2', '--dry-run')

      expect(code).toBe(0)
    })
  })

  it.each([[[]], [[{ key: 'tapit:environment', value: '' }]]])(
    'may be any whose cluster has the tags %j',
    async tags => {
      for (const cluster of Object.values(shop.sandbox.world.state.ecs.clusters)) cluster.tags = tags

      const { code } = await shop.json(
        '-e',
        'production',
        'create',
        'deploy',
        'docker_tag=v1.2.2',
        '--dry-run',
      )

      expect(code).toBe(0)
    },
  )
})

function tagClusters(environment: string): void {
  for (const cluster of Object.values(shop.sandbox.world.state.ecs.clusters))
    cluster.tags = [{ key: 'tapit:environment', value: environment }]
}

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
