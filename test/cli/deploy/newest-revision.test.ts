import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../../lib/names/clock.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import {
  activeRevisions,
  before,
  deployOne,
  only,
  outside,
  runningTags,
  serviceDeployments,
  tagService,
  until,
} from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop({ speed: 10 })
})
afterEach(() => shop.close())

const deploy = (tag: string, ...more: readonly string[]): readonly string[] => [
  'create',
  'deploy',
  'process=worker',
  `docker_tag=${tag}`,
  '--wait',
  ...more,
]

type Scene = { readonly runs: string; play(): Promise<unknown> }

/** How a deployment can end, and what runs then. */
const scenes: Readonly<Record<string, Scene>> = {
  'a deploy that goes live': { runs: 'v1.2.3', play: () => deployOne(shop, 'worker', 'v1.2.3') },
  'one after the other': {
    runs: 'v1.2.3',
    play: async () => {
      await deployOne(shop, 'worker', 'v1.2.2')
      await deployOne(shop, 'worker', 'v1.2.3')
    },
  },
  'a rollback that tapit asked for': { runs: 'v1.2.2', play: () => fail('crash') },
  'a rollback from an image that cannot be pulled': { runs: 'v1.2.2', play: () => fail('pull-error') },
  'a worker that crashes after ECS called it successful': { runs: 'v1.2.2', play: () => fail('late-crash') },
  'a registration whose answer was lost': {
    runs: 'v1.2.3',
    play: async () => {
      shop.sandbox.faults.add({ operation: 'RegisterTaskDefinition', times: 1, effect: 'lose-answer' })
      await deployOne(shop, 'worker', 'v1.2.3')
    },
  },
  'a registration whose answer was lost, of an image that crashes': {
    runs: 'v1.2.2',
    play: async () => {
      shop.sandbox.faults.add({ operation: 'RegisterTaskDefinition', times: 1, effect: 'lose-answer' })
      await fail('crash')
    },
  },
  'a deployment that ECS refuses': {
    runs: 'v1.2.2',
    play: async () => {
      shop.sandbox.faults.add({ operation: 'UpdateService', effect: 'deny' })
      await shop.start(deploy('v1.2.3')).ended
    },
  },
  'a cancellation': {
    runs: 'v1.2.2',
    play: async () => {
      const running = await underWay()
      await shop.tapit('cancel', 'deploy', '--wait')
      await running.ended
    },
  },
  'a change of the network in the middle of a deployment, which makes ECS begin again': {
    runs: 'slow',
    play: async () => {
      const running = await underWay()
      await until(shop, () => shop.sandbox.faults.count('DescribeServiceDeployments') > 2)
      outside(shop).UpdateService({
        cluster: 'shop',
        service: 'worker',
        taskDefinition: 'shop-worker',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0sandboxb'] } },
      })
      expect(await running.ended).toMatchObject({ code: 0 })
      const { document } = await shop.json('status')
      expect(document.processes[2]).toMatchObject({ process: 'worker', dockerTag: 'slow' })
      expect(document.processes[2]).not.toHaveProperty('drift')
    },
  },
  'a deployment that another one takes over from': {
    runs: 'v1.2.3',
    play: async () => {
      const running = await underWay()
      await deployOne(shop, 'worker', 'v1.2.3', '--supersede', 'reason=hotfix')
      await running.ended
    },
  },
  'a deployment that a failing one takes over from': {
    runs: 'v1.2.2',
    play: async () => {
      const running = await underWay()
      await fail('crash', '--supersede', 'reason=hotfix')
      await running.ended
    },
  },
  'a deployment whose command died, that a failing one takes over from': {
    runs: 'v1.2.2',
    play: async () => {
      await shop.push({ tag: 'slow', behaviour: 'slow' })
      await dies('DescribeServiceDeployments', 'slow')
      await fail('crash', '--supersede', 'reason=hotfix')
    },
  },
  'a failing deployment whose command died, once somebody looks': {
    runs: 'v1.2.2',
    play: async () => {
      await shop.push({ tag: 'bad', behaviour: 'crash' })
      await dies('DescribeServiceDeployments', 'bad')
      await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'ROLLBACK_SUCCESSFUL')
      await shop.clock.sleep(30_000)
      await shop.tapit('status')
    },
  },
  'a command that died before it asked ECS, once somebody looks': {
    runs: 'v1.2.2',
    play: async () => {
      await dies('UpdateService')
      await shop.clock.sleep(30_000)
      await shop.tapit('status')
    },
  },
  'a failing deployment that nobody waits for, once somebody looks': {
    runs: 'v1.2.2',
    play: async () => {
      await shop.push({ tag: 'bad', behaviour: 'crash' })
      const { document } = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=bad')
      await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'ROLLBACK_SUCCESSFUL')
      await shop.tapit('show', 'deploy', `id=${only(document).id}`)
    },
  },
}

describe('the newest active revision of a family is what runs: CloudFormation names the bare family', () => {
  it.each(Object.entries(scenes))('after %s', async (_name, { play, runs }) => {
    await play()

    expect(activeRevisions(shop, 'worker').at(-1)).toBe(revision())
    expect(runningTags(shop, 'worker')).toEqual([runs])
  })
})

describe('the desired count of a service that is tagged with one', () => {
  it('is set by the first deploy, put back by a failing one, and inherited by whoever takes over', async () => {
    tagService(shop, 'worker', { 'tapit:count': '3' })
    const running = await underWay()
    expect(desiredCount()).toBe(3)

    await fail('crash', '--supersede', 'reason=hotfix')
    await running.ended

    expect(desiredCount()).toBe(1)
    await deployOne(shop, 'worker', 'v1.2.3')
    expect(desiredCount()).toBe(3)
  })

  it('is put back where ECS called the deployment successful', async () => {
    tagService(shop, 'worker', { 'tapit:count': '2' })

    await fail('late-crash')

    expect([desiredCount(), runningTags(shop, 'worker')]).toEqual([1, ['v1.2.2']])
  })

  it('is not put back where somebody has changed it meanwhile', async () => {
    tagService(shop, 'worker', { 'tapit:count': '2' })
    before(shop, 'StopServiceDeployment', () => {
      outside(shop).UpdateService({ cluster: 'shop', service: 'worker', desiredCount: 4 })
    })

    await fail('crash')

    expect(desiredCount()).toBe(4)
  })

  it('is refused where it is no number', async () => {
    tagService(shop, 'worker', { 'tapit:count': 'two' })

    const { code, document } = await shop.json('create', 'deploy', 'process=worker')

    expect(code).toBe(3)
    expect(document.error).toMatchObject({ code: 'bad_tag', message: expect.stringContaining('tapit:count') })
  })
})

async function fail(behaviour: 'crash' | 'pull-error' | 'late-crash', ...more: string[]): Promise<void> {
  await shop.push({ tag: behaviour, behaviour })
  const { code, stderr } = await shop.start(deploy(behaviour, ...more)).ended
  if (code !== 1) throw new Error(`expected a failure, got ${code}: ${stderr}`)
}

/** A deployment of a slow image that ECS has begun with. */
async function underWay(): Promise<ReturnType<Shop['start']>> {
  await shop.push({ tag: 'slow', behaviour: 'slow' })
  const running = shop.start(deploy('slow'))
  await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'IN_PROGRESS')
  return running
}

/** A command that dies as AWS would hear this operation: it never wakes again, and AWS never hears it. */
async function dies(operation: string, tag = 'v1.2.3'): Promise<void> {
  let isDead = false
  const never = new Promise<void>(() => {})
  const clock: Clock = {
    now: () => shop.clock.now(),
    sleep: (...wait) => (isDead ? never : shop.clock.sleep(...wait).then(() => (isDead ? never : undefined))),
  }
  const heal = shop.sandbox.faults.add({ operation, effect: 'hang', when: () => (isDead = true) })
  shop.start(deploy(tag), { TAPIT_LEASE_SECONDS: '10' }, clock)
  await until(shop, () => isDead)
  heal()
}

function service(): { desiredCount?: number; taskDefinition?: string } {
  const { services: [found] = [] } = outside(shop).DescribeServices({ cluster: 'shop', services: ['worker'] })
  return found ?? {}
}

function desiredCount(): number | undefined {
  return service().desiredCount
}

function revision(): string | undefined {
  return service().taskDefinition
}
