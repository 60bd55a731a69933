import {
  ApplicationAutoScalingClient,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { deployOne, serviceDeployments } from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

describe('scaling a process', { timeout: 60_000 }, () => {
  it('changes how many tasks are wanted at once, and makes no deployment', async () => {
    const before = serviceDeployments(shop, 'worker').length

    const { code, document } = await shop.json('scale', 'process=worker', 'count=4', 'reason=a queue')

    expect(code).toBe(0)
    expect(document).toEqual({
      schemaVersion: 1,
      processes: [{ app: 'shop', process: 'worker', before: 1, desired: 4 }],
    })
    expect(desired('worker')).toBe(4)
    expect(serviceDeployments(shop, 'worker')).toHaveLength(before)
    expect((await shop.json('show', 'audit')).document.events).toMatchObject([
      { event: 'scale', process: 'worker', reason: 'a queue', details: { from: 1, to: 4 } },
    ])
  })

  it('stays over the next deploy', async () => {
    await shop.push({ tag: 'one' })
    await shop.tapit('scale', 'process=worker', 'count=3')

    await deployOne(shop, 'worker', 'one')

    expect(desired('worker')).toBe(3)
  })

  it('takes several processes, and says for how long that holds', async () => {
    const { code, stdout } = await shop.tapit('scale', 'process=worker,scheduler', 'count=2')

    expect(code).toBe(0)
    expect(stdout.replaceAll(/\s+/g, ' ')).toBe(
      'scheduler wants 2 tasks now (1 before). worker wants 2 tasks now (1 before). It stays so, over deploys too, until count: in tapit.yml is changed and deployed. ',
    )
  })

  it('says so where as many are wanted already, and tells the audit nothing', async () => {
    const { code, stdout } = await shop.tapit('scale', 'process=worker', 'count=1')

    expect(code).toBe(0)
    expect(stdout).toContain('worker wants 1 task already.')
    expect((await shop.json('show', 'audit')).document.events).toEqual([])
  })

  it('works while a deployment is on its way, which goes on with as many', async () => {
    await shop.push({ tag: 'one' })
    const deploying = shop.json('create', 'deploy', 'process=worker', 'docker_tag=one', '--wait')
    await shop.clock.sleep(4_000)

    const { code } = await shop.json('scale', 'process=worker', 'count=2')

    expect(code).toBe(0)
    expect((await deploying).code).toBe(0)
    expect(desired('worker')).toBe(2)
  })
})

describe('a process with auto scaling', { timeout: 60_000 }, () => {
  it('takes a count within its bounds, and is told that it goes on from there', async () => {
    await scaleBetween(2, 6)

    const { code, stdout } = await shop.tapit('scale', 'process=worker', 'count=5')

    expect(code).toBe(0)
    expect(desired('worker')).toBe(5)
    expect(stdout.replaceAll(/\s+/g, ' ')).toBe(
      'worker wants 5 tasks now (2 before). Its auto scaling goes on from there, between 2 and 6. ',
    )
  })

  it.each([1, 7])('refuses %i, which its auto scaling would undo', async count => {
    await scaleBetween(2, 6)

    const { code, document } = await shop.json('scale', 'process=scheduler,worker', `count=${count}`)

    expect(code).toBe(3)
    expect(document.error).toMatchObject({
      code: 'out_of_bounds',
      message: `count=${count} is outside the bounds of worker's auto scaling, 2 to 6: it would be undone.`,
    })
    expect([desired('worker'), desired('scheduler')]).toEqual([2, 1])
  })
})

describe('refused', { timeout: 60_000 }, () => {
  it.each<[string, readonly string[], string]>([
    ['without a process', ['count=2'], 'missing_key'],
    ['with an empty one', ['process=', 'count=2'], 'empty_value'],
    ['without a count', ['process=worker'], 'missing_key'],
    ['with 0: that is a stop', ['process=worker', 'count=0'], 'use_stop'],
    ['with less than that', ['process=worker', 'count=-1'], 'bad_count'],
    ['with half a task', ['process=worker', 'count=1.5'], 'bad_count'],
    ['with more tasks than a service can have', ['process=worker', 'count=5001'], 'bad_count'],
  ])('%s', async (_, keys, error) => {
    const { code, document } = await shop.json('scale', ...keys)

    expect({ code, error: document.error.code }).toEqual({ code: 2, error })
    expect(desired('worker')).toBe(1)
  })
})

function desired(process: string): number | undefined {
  const { services } = shop.sandbox.world.state.ecs
  return Object.values(services).find(({ name }) => name === process)?.desiredCount
}

async function scaleBetween(MinCapacity: number, MaxCapacity: number): Promise<void> {
  const client = new ApplicationAutoScalingClient({
    endpoint: shop.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const command = new RegisterScalableTargetCommand({
    ServiceNamespace: 'ecs',
    ScalableDimension: 'ecs:service:DesiredCount',
    ResourceId: 'service/shop/worker',
    MinCapacity,
    MaxCapacity,
  })
  await client.send(command)
}
