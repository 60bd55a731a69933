import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../../lib/names/clock.ts'
import { type Running, type Shop, openShop } from '../../fakes/shop.ts'
import { deployOne, only, runningTags, until } from './scenes.ts'

const hour = 3_600_000

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
  for (const tag of ['one', 'two', 'three']) await shop.push({ tag })
})
afterEach(() => shop.close())

describe('somebody who looks with a clock that is ahead', { timeout: 60_000 }, () => {
  it('does not end a deploy that has not come to ECS yet', async () => {
    const heal = shop.sandbox.faults.add({ operation: 'RegisterTaskDefinition', effect: 'throttle' })
    const deploy = deploying('one')
    await until(shop, () => shop.sandbox.faults.count('RegisterTaskDefinition') > 0)

    await off(hour, ['status'])
    heal()
    const { code, stdout } = await deploy.ended

    expect(code).toBe(0)
    expect(only(JSON.parse(stdout))).toMatchObject({ status: 'finalized', promotionStage: 'active' })
  })

  it('does not call live what is watched', async () => {
    await shop.push({ tag: 'late', behaviour: 'late-crash' })
    const deploy = deploying('late')
    await until(shop, () => deploy.stderr().includes('is watched'))

    await off(hour, ['status'])
    const { code, stdout } = await deploy.ended

    expect(code).toBe(1)
    expect(only(JSON.parse(stdout)).status).toBe('rolled_back')
  })
})

describe('a deploy from a machine whose clock is off', { timeout: 60_000 }, () => {
  it.each([hour, -hour])('watches what it has deployed, %i ms off', async by => {
    await shop.push({ tag: 'late', behaviour: 'late-crash' })

    const { code, stdout } = await off(by, deployOf('late'))

    expect(code).toBe(1)
    expect(only(JSON.parse(stdout)).status).toBe('rolled_back')
  })

  it.each([hour, -hour])('stands in history where it belongs, and rollbacks find it, %i ms off', async by => {
    const first = await deployOne(shop, 'worker', 'one')
    const second = only(JSON.parse((await off(by, deployOf('two'))).stdout))
    const third = await deployOne(shop, 'worker', 'three')

    const { document } = await shop.json('list', 'deploys', 'process=worker')
    const back = await shop.json('rollback', 'process=worker', '--wait')
    const further = await shop.json('rollback', 'process=worker', '--wait')

    expect(document.deployments.map(({ id }: { id: string }) => id)).toEqual([
      third.deployment.id,
      second.id,
      first.deployment.id,
    ])
    expect([back, further].map(({ document: { deployments } }) => deployments[0].dockerTag)).toEqual([
      'two',
      'one',
    ])
    expect(runningTags(shop, 'worker')).toEqual(['one'])
  })

  it('says when it happened, not when its machine thinks that it did', async () => {
    const began = shop.clock.now()

    const [{ id }] = JSON.parse((await off(-hour, deployOf('one'))).stdout).deployments

    const { document } = await shop.json('show', 'deploy', `id=${id}`)
    const [{ createdAt }] = document.deployments
    expect(Math.abs(Date.parse(createdAt) - began)).toBeLessThan(60_000)
  })
})

const deployOf = (tag: string): readonly string[] =>
  `create deploy process=worker docker_tag=${tag} --wait -o json`.split(' ')

function deploying(tag: string): Running {
  return shop.start(deployOf(tag))
}

/** On another machine, whose clock is off. */
function off(by: number, argv: readonly string[]): Running['ended'] {
  const clock: Clock = {
    now: () => shop.clock.now() + by,
    sleep: (milliseconds, signal) => shop.clock.sleep(milliseconds, signal),
  }
  return shop.start(argv, {}, clock).ended
}
