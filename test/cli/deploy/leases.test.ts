import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../../lib/names/clock.ts'
import { type Running, type Shop, openShop } from '../../fakes/shop.ts'
import {
  deployOne,
  only,
  outside,
  pace,
  pushMixed,
  runningTags,
  serviceDeployments,
  show,
  tagService,
  until,
} from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop({ speed: 10 })
  await shop.push({ tag: 'slow', behaviour: 'slow' })
})
afterEach(() => shop.close())

const deploySlow = ['create', 'deploy', 'process=worker', 'docker_tag=slow', '--wait', '-o', 'json']

describe('two deploys of one process at once', () => {
  it('the second is refused: by whom, what and since when; it changes nothing', async () => {
    const first = await underWay(shop.start([...deploySlow, 'initiator=ada']))

    const { code, document } = await shop.json(
      'create',
      'deploy',
      'process=worker',
      'docker_tag=v1.2.3',
      '--wait',
    )

    expect(code).toBe(3)
    expect(document.error).toMatchObject({
      code: 'in_progress',
      message: expect.stringMatching(/dep_\w+ by ada \(arn:.*since \d{4}-/),
      advice: expect.stringContaining('--supersede'),
    })
    expect((await first.ended).code).toBe(0)
    expect(serviceDeployments(shop, 'worker')).toHaveLength(2)
  })

  it('begun in the same moment: one goes, one is refused', async () => {
    const both = [shop.start(deploySlow), shop.start(deploySlow)]

    const codes = (await Promise.all(both.map(({ ended }) => ended))).map(({ code }) => code)

    expect(codes.toSorted((a, b) => a - b)).toEqual([0, 3])
    expect(serviceDeployments(shop, 'worker')).toHaveLength(2)
  })

  it('of different processes, both go', async () => {
    const both = [
      shop.start(deploySlow),
      shop.start(['create', 'deploy', 'process=default,scheduler', 'docker_tag=v1.2.3', '--wait']),
    ]

    const codes = (await Promise.all(both.map(({ ended }) => ended))).map(({ code }) => code)

    expect(codes).toEqual([0, 0])
  })

  it('one process that is busy: the whole deploy is refused, and says how to deploy the others', async () => {
    const first = await underWay(shop.start(deploySlow))

    const { code, document } = await shop.json('create', 'deploy', 'docker_tag=v1.2.3', '--wait')

    expect(code).toBe(3)
    expect(document.error.advice).toContain('process=default,scheduler')
    expect(serviceDeployments(shop, 'default')).toHaveLength(1)
    await first.ended
  })

  it("ECS is busy with somebody else's deployment: refused, too", async () => {
    pace(shop, { provision: 600_000 })
    outside(shop).UpdateService({ cluster: 'shop', service: 'worker', forceNewDeployment: true })

    const { code, document } = await shop.json(
      'create',
      'deploy',
      'process=worker',
      'docker_tag=v1.2.3',
      '--wait',
    )

    expect(code).toBe(3)
    expect(document.error).toMatchObject({
      code: 'in_progress',
      message: expect.stringMatching(/ECS is still busy/),
    })
  })

  it('--supersede takes over: the first exits with 6 and names the deployment that took over, the second wins', async () => {
    const first = await underWay(shop.start(deploySlow))

    const { code, deployment } = await deployOne(shop, 'worker', 'v1.2.3', '--supersede', 'reason=hotfix')

    expect({ code, deployment }).toMatchObject({
      code: 0,
      deployment: { status: 'finalized', isActive: true, reason: 'hotfix' },
    })
    const { code: firstCode, stdout } = await first.ended
    expect(firstCode).toBe(6)
    const superseded = only(JSON.parse(stdout))
    expect(superseded).toMatchObject({
      status: 'cancelled',
      isActive: false,
      failure: { code: 'superseded', message: expect.stringContaining(deployment.id) },
    })
    expect(await show(shop, superseded.id)).toEqual(superseded)
    expect(runningTags(shop, 'worker')).toEqual(['v1.2.3'])
  })
})

describe('a command that died', () => {
  it('leaves a lease that is watched for as long as it lasts, and then taken over', async () => {
    const dead = await dies('UpdateService')
    await shop.clock.sleep(21_000)

    const { code, stderr } = await shop.start(
      ['create', 'deploy', 'process=worker', 'docker_tag=v1.2.3', '--wait'],
      { TAPIT_LEASE_SECONDS: '10' },
    ).ended

    expect(stderr).toContain('may have died')
    expect(code).toBe(0)
    expect(await show(shop, await idOf(dead))).toMatchObject({
      status: 'failed',
      failure: { code: 'timed_out' },
    })
    expect(runningTags(shop, 'worker')).toEqual(['v1.2.3'])
  })

  it("leaves a lease that stands in nobody's way once its deployment has timed out", async () => {
    const dead = await dies('UpdateService')
    await shop.clock.sleep(31_000)
    const { status } = await show(shop, await idOf(dead))

    const next = await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3', '--wait')

    expect([status, next.code]).toEqual(['failed', 0])
    expect(next.stderr).not.toContain('may have died')
    expect(runningTags(shop, 'worker')).toEqual(['v1.2.3'])
  })

  it('timed_out: died before ECS was asked, and the record says so', async () => {
    const dead = await dies('UpdateService')
    const id = await idOf(dead)
    expect(await show(shop, id)).toMatchObject({ status: 'creating' })
    await shop.clock.sleep(30_000)

    const shown = await show(shop, id)

    expect(shown).toMatchObject({
      status: 'failed',
      health: expect.any(String),
      failure: {
        code: 'timed_out',
        message: expect.stringContaining('ended before ECS was seen to have heard of it'),
        advice: expect.stringContaining('create deploy process=worker docker_tag=slow'),
      },
    })
    expect(runningTags(shop, 'worker')).toEqual(['v1.2.2'])
  })

  it('after ECS was asked: ECS goes on alone, and the record is found again', async () => {
    const dead = await dies('DescribeServiceDeployments')
    await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'SUCCESSFUL')
    await shop.clock.sleep(30_000)

    expect(await show(shop, await idOf(dead))).toMatchObject({ status: 'finalized', isActive: true })
  })
})

describe('Ctrl-C before anything is deployed', () => {
  it('while a lease is watched: nothing is deployed', async () => {
    await dies('UpdateService')
    await shop.clock.sleep(21_000)
    const running = shop.start(['create', 'deploy', 'process=worker', 'docker_tag=v1.2.3', '--wait'])
    await until(shop, () => running.stderr().includes('may have died'))
    running.interrupt()

    const { code, stderr } = await running.ended

    expect(code).toBe(130)
    expect(stderr).toContain('nothing has changed')
    expect(serviceDeployments(shop, 'worker')).toHaveLength(1)
  })
})

describe('cancel deploy', () => {
  it('right after `create deploy` without --wait, while ECS does not show the deployment yet', async () => {
    shop.sandbox.world.state.ecs.consistency = {
      staleReadsAfterUpdateMs: 2_000,
      hideServiceDeploymentMs: 3_000,
    }
    const { document } = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=slow')

    const { code, document: cancelled } = await shop.json(
      'cancel',
      'deploy',
      `id=${only(document).id}`,
      '--wait',
    )

    expect({ code, deployment: only(cancelled) }).toMatchObject({
      code: 0,
      deployment: { status: 'cancelled' },
    })
    expect(runningTags(shop, 'worker')).toEqual(['v1.2.2'])
  })

  it('one of a group that can no longer be cancelled does not keep the others from it', async () => {
    pushMixed(shop, 'mixed', { behaviours: { default: 'unhealthy' } })
    tagService(shop, 'scheduler', { 'tapit:stay-running-seconds': '90' })
    const running = shop.start([
      'create',
      'deploy',
      'process=default,scheduler',
      'docker_tag=mixed',
      '--wait',
    ])
    await until(shop, () => running.stderr().includes('scheduler: runs'))

    const { code, document } = await shop.json('cancel', 'deploy', '--wait')

    expect(code).toBe(1)
    expect(document.deployments).toMatchObject([
      { process: 'default', status: 'cancelled' },
      { process: 'scheduler', status: 'finalizing' },
    ])
    expect((await running.ended).code).toBe(1)
    expect([runningTags(shop, 'default'), runningTags(shop, 'scheduler')]).toEqual([['v1.2.2'], ['mixed']])
  })

  it('nothing in progress: refused', async () => {
    await deployOne(shop, 'worker', 'v1.2.3')

    const { code, document } = await shop.json('cancel', 'deploy')

    expect(code).toBe(3)
    expect(document.error.code).toBe('nothing_in_progress')
  })
})

async function underWay(running: Running): Promise<Running> {
  await until(shop, () => serviceDeployments(shop, 'worker').some(({ status }) => status === 'IN_PROGRESS'))
  return running
}

/** A command that dies as AWS would hear this operation: it never wakes again, and AWS never hears it. */
async function dies(operation: string): Promise<Running> {
  let isDead = false
  const never = new Promise<void>(() => {})
  const clock: Clock = {
    now: () => shop.clock.now(),
    sleep: (...wait) => (isDead ? never : shop.clock.sleep(...wait).then(() => (isDead ? never : undefined))),
  }
  const heal = shop.sandbox.faults.add({ operation, effect: 'hang', when: () => (isDead = true) })
  const running = shop.start(deploySlow, { TAPIT_LEASE_SECONDS: '10' }, clock)
  await until(shop, () => isDead)
  heal()
  return running
}

async function idOf(_dead: Running): Promise<string> {
  const { document } = await shop.json('list', 'deploys', 'process=worker')
  return document.deployments.at(-1)?.id
}
