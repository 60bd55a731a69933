import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Script } from '../../fakes/fake-build.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { imageDeploy } from './image-deploy.ts'
import { type DeployDocument, only, show } from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop({ speed: 20 })
})
afterEach(() => shop.close())

const builds: Script = {
  tells: [
    [500, { is: 'step', step: 'build' }],
    [3_000, { is: 'line', step: 'build', message: 'added 12 packages' }],
  ],
}

describe('tapit show logs deploy=… --follow', () => {
  it('ends by itself, with exit code 0, once the deployment has come to its end', async () => {
    const deploying = imageDeploy(shop, { scripts: { '*': builds }, processes: ['worker'] })
    const id = await recorded()

    const { code, stdout } = await follow(`deploy=${id}`)

    expect(code).toBe(0)
    expect(stdout).toContain('added 12 packages')
    expect(stdout).toContain('active')
    expect((await deploying.ended).code).toBe(0)
  })

  it('ends where the deployment has failed, too', async () => {
    const { document } = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=v1.3.0', '--wait')

    const { code, stdout } = await follow(`deploy=${only(document).id}`)

    expect({ code, status: only(document).status }).toEqual({ code: 0, status: 'rolled_back' })
    expect(stdout).toContain('QUEUE_URL is not set')
  })

  it('with step= ends with that step, while the deployment goes on', async () => {
    const script: Script = {
      tells: [
        [0, { is: 'step', step: 'clone' }],
        [0, { is: 'line', step: 'clone', message: 'cloned 4be1a77' }],
        [5_000, { is: 'step', step: 'build' }],
      ],
      ends: 'hangs',
    }
    const deploying = imageDeploy(shop, { scripts: { '*': script }, processes: ['worker'] })
    const id = await recorded()

    const { code, stdout } = await follow(`deploy=${id}`, 'step=clone')

    expect(code).toBe(0)
    expect(stdout).toContain('cloned 4be1a77')
    expect(deploying.build.running()).toBe(1)
    deploying.interrupt()
    await deploying.ended
  })

  it('ends where no command follows the deployment, too', async () => {
    const { document } = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3')

    const { code } = await follow(`deploy=${only(document).id}`)

    expect(code).toBe(0)
    expect(await show(shop, only(document).id)).toMatchObject({ status: 'finalized', isActive: true })
  })
})

it('suggests the step that was asked for where it is not said of which deployment', async () => {
  const { code, stderr } = await shop.tapit('show', 'logs', 'step=build')

  expect(code).toBe(2)
  expect(stderr).toContain('tapit show logs deploy=dep_… step=build')
})

async function follow(...keys: readonly string[]): ReturnType<Shop['tapit']> {
  return shop.tapit('show', 'logs', ...keys, '--follow')
}

/** The id of the deployment that a command has just begun. */
async function recorded(): Promise<string> {
  let found: DeployDocument | undefined
  while (found?.deployments?.[0] === undefined) {
    await shop.clock.sleep(200)
    found = (await shop.json('show', 'deploy')).document
  }
  return only(found).id
}
