import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Shop, openShop } from '../../fakes/shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

describe('create deploy --wait', () => {
  it('brings a good image to every process, each by itself', async () => {
    const { code, document } = await shop.json('create', 'deploy', 'docker_tag=v1.2.3', '--wait')

    expect(code).toBe(0)
    expect(document.group.status).toBe('finalized')
    expect(
      document.deployments.map((each: any) => [
        each.process,
        each.status,
        each.promotionStage,
        each.isActive,
      ]),
    ).toEqual([
      ['default', 'finalized', 'active', true],
      ['scheduler', 'finalized', 'active', true],
      ['worker', 'finalized', 'active', true],
    ])
  })

  it('rolls back the process that fails, alone', async () => {
    const { code, document } = await shop.json('create', 'deploy', 'docker_tag=v1.3.0', '--wait')
    const [web, scheduler, worker] = document.deployments

    expect(code).toBe(1)
    expect([web.status, scheduler.status, worker.status]).toEqual(['finalized', 'finalized', 'rolled_back'])
    expect(worker).toMatchObject({
      health: 'healthy',
      isActive: false,
      failure: { code: 'container_exited' },
    })
    expect(worker.failure.evidence[0]).toMatchObject({ container: 'worker', exitCode: 1 })
    expect(worker.failure.evidence[0].logLines).toContain('Error: QUEUE_URL is not set')
  })
})
