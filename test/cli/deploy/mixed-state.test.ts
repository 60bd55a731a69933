import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Shop, openShop } from '../../fakes/shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop({ speed: 20 })
  await deploy('docker_tag=v1.2.3')
  // The worker of v1.3.0 crashes.
  await deploy('docker_tag=v1.3.0')
}, 60_000)
afterEach(() => shop.close())

const mixed = { default: 'v1.3.0', scheduler: 'v1.3.0', worker: 'v1.2.3' }

describe('a deploy after one that succeeded in part', { timeout: 60_000 }, () => {
  it('brings the failed process alone to the new version', async () => {
    await shop.push({ tag: 'v1.3.1' })
    const before = await versions()
    const others = await recordsOf('default,scheduler')

    const code = await deploy('process=worker', 'docker_tag=v1.3.1')

    expect(before).toEqual(mixed)
    expect(code).toBe(0)
    expect(await versions()).toEqual({ ...mixed, worker: 'v1.3.1' })
    expect(await recordsOf('default,scheduler')).toEqual(others)
  })

  it('brings the others back to the old version, each its own', async () => {
    const code = await deploy('process=default', 'docker_tag=v1.2.3')
    const halfway = await versions()
    await deploy('process=scheduler', 'docker_tag=v1.2.3')

    expect(code).toBe(0)
    expect(halfway).toEqual({ ...mixed, default: 'v1.2.3' })
    expect(await versions()).toEqual({ default: 'v1.2.3', scheduler: 'v1.2.3', worker: 'v1.2.3' })
  })

  it('takes another tag for each process', async () => {
    await shop.push({ tag: 'v1.3.1-worker' })
    await shop.push({ tag: 'v1.3.1-scheduler' })

    await deploy('process=worker', 'docker_tag=v1.3.1-worker')
    await deploy('process=scheduler', 'docker_tag=v1.3.1-scheduler')

    expect(await versions()).toEqual({
      default: 'v1.3.0',
      scheduler: 'v1.3.1-scheduler',
      worker: 'v1.3.1-worker',
    })
  })
})

async function deploy(...keys: readonly string[]): Promise<number> {
  return (await shop.tapit('create', 'deploy', ...keys, '--wait')).code
}

async function versions(): Promise<Readonly<Record<string, string>>> {
  const { document } = await shop.json('status')
  return Object.fromEntries(document.processes.map((each: any) => [each.process, each.dockerTag]))
}

async function recordsOf(processes: string): Promise<readonly unknown[]> {
  const { document } = await shop.json('list', 'deploys', `process=${processes}`)
  return document.deployments.map((each: any) => [each.id, each.status, each.isActive])
}
