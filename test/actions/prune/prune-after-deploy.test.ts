import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeployEvent } from '../../../lib/actions/events.ts'
import { gather } from '../../../lib/actions/plan/gather.ts'
import type { Ports } from '../../../lib/actions/ports.ts'
import { pruneAfterDeploy } from '../../../lib/actions/prune/prune-after-deploy.ts'
import { awsPorts } from '../../../lib/adapters/aws/aws-ports.ts'
import { newIds } from '../../../lib/adapters/ids.ts'
import { silentAudit } from '../../fakes/silent-audit.ts'
import type { Clock } from '../../../lib/names/clock.ts'
import { activeRevisions, addWorker, tagService } from '../../cli/deploy/scenes.ts'
import {
  addStaging,
  day,
  deployAll,
  grow,
  imageOf,
  pushIndexOf,
  repositoryOf,
  tagsThere,
} from '../../cli/images/repository-scenes.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { wrapped } from '../command.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

describe('a deploy ends', { timeout: 60_000 }, () => {
  it('with no question where no service says how many images to keep', async () => {
    await deployNew('live')
    await pushOld('a', 'b', 'c')

    const { events, calls } = await ended({ keep: undefined })

    expect(events).toEqual([])
    expect(calls).toEqual([])
  })

  it('without the images and revisions beyond the service’s number', async () => {
    await deployNew('a', 'b', 'c')
    grow(shop, 3 * day)
    await deployNew('d')

    const { events } = await ended({ keep: 2 })

    expect(tagsThere(shop)).toEqual(['c', 'd', 'v1.2.2', 'v1.2.3'])
    expect(events).toEqual([
      {
        is: 'pruned',
        at: expect.any(Number),
        repository: repositoryOf(shop).uri,
        images: 3,
        revisions: 2,
      },
    ])
    // The first is not tapit's.
    expect(activeNumbers()).toEqual([1, 4, 5])
  })

  it('after one question where nothing is old enough', async () => {
    await deployNew('live')

    const { events, calls } = await ended({ keep: 10 })

    expect(events).toEqual([])
    expect(calls).toEqual(['DescribeImages'])
  })

  it('after a look at the records where they need all that is old', async () => {
    await deployNew('a', 'b')
    grow(shop, 3 * day, 'a', 'b')
    grow(shop, -6 * day, 'v1.2.2')
    for (const tag of ['x', 'y', 'z']) await shop.push({ tag })

    const { calls } = await ended({ keep: 3 })

    expect(new Set(calls)).toEqual(new Set(['DescribeImages', 'Query', 'BatchGetItem']))
  })

  it('and says why images stay where another cluster may not be read; revisions are the app’s own', async () => {
    await deployNew('a', 'b', 'c')
    grow(shop, 3 * day)
    addStaging(shop)
    const before = tagsThere(shop)
    shop.sandbox.faults.add({
      operation: 'ListServices',
      when: input => (input as { cluster?: string }).cluster === 'shop-staging',
      effect: 'deny',
    })

    const { events } = await ended({ keep: 1 })

    expect(warnings(events)).toEqual([
      {
        is: 'not_pruned',
        repository: repositoryOf(shop).uri,
        reason: expect.stringContaining('ecs:ListServices'),
      },
    ])
    expect(tagsThere(shop)).toEqual(before)
    // 3 is what ran before: a rollback would go there.
    expect(activeNumbers()).toEqual([1, 3, 4])
  })

  it('and says that AWS does not let it delete', async () => {
    await deployNew('live')
    await pushOld('a', 'b', 'c')
    shop.sandbox.faults.add({ operation: 'BatchDeleteImage', effect: 'deny' })

    const { events } = await ended({ keep: 1 })

    expect(warnings(events)).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('ecr:BatchDeleteImage') }),
    ])
    expect(tagsThere(shop)).toContain('a')
  })

  it('and says what ECR does not give up', async () => {
    await deployNew('live')
    await pushOld('a', 'b', 'c')
    const { digest } = imageOf(shop, 'a')
    const why = 'Requested image referenced by manifest list'

    const { events } = await ended({ keep: 1 }, ({ imageStore }) => ({
      imageStore: wrapped(imageStore, {
        remove: async (_, digests) => ({
          removed: digests.filter(each => each !== digest),
          kept: [{ digest, why }],
        }),
      }),
    }))

    expect(warnings(events)).toEqual([
      expect.objectContaining({ reason: `ECR keeps 1 of the images: ${why}` }),
    ])
    expect(events).toContainEqual(expect.objectContaining({ is: 'pruned', images: 2 }))
  })

  it('without multi-platform images beyond the number, though each day’s look at them counts as a pull', async () => {
    for (const tag of ['a', 'b', 'c', 'd']) {
      pushIndexOf(shop, tag)
      await deployNew(tag)
    }
    grow(shop, 3 * day)
    for (const tag of ['b', 'c', 'd']) imageOf(shop, tag).pulledAt = shop.clock.now() - day

    await ended({ keep: 1 })

    // A rollback would go to c; the others run elsewhere.
    expect(tagsThere(shop).filter(tag => tag !== '?')).toEqual(['c', 'd', 'v1.2.2', 'v1.2.3'])
  })

  it('and an image that somebody has given one more tag meanwhile stays', async () => {
    await deployNew('live')
    await pushOld('a', 'b', 'c')

    const { events } = await ended({ keep: 1 }, ({ imageStore }) => ({
      imageStore: wrapped(imageStore, {
        repositories: async uris => {
          imageOf(shop, 'a').tags = ['a', 'promoted']
          return imageStore.repositories(uris)
        },
      }),
    }))

    expect(tagsThere(shop)).toContain('a')
    expect(events).toContainEqual(expect.objectContaining({ is: 'pruned', images: 2 }))
  })

  it('before long, says so, and asks nothing any more', async () => {
    await deployNew('live')
    await pushOld('a', 'b', 'c')
    let answer = (): void => {}
    // Its own time is over at once.
    const clock: Clock = { now: () => shop.clock.now(), sleep: async () => {} }

    const { events, calls } = await ended({ keep: 1 }, ({ imageStore }) => ({
      clock,
      imageStore: wrapped(imageStore, {
        page: async uri => {
          await new Promise<void>(resolve => (answer = resolve))
          return imageStore.page(uri)
        },
      }),
    }))
    answer()
    await shop.clock.sleep(2_000)

    expect(warnings(events)).toEqual([
      expect.objectContaining({ is: 'not_pruned', reason: 'it takes longer than 20 s' }),
    ])
    expect(calls).not.toContain('Query')
    expect(tagsThere(shop)).toContain('a')
  })

  it('with the signal, and says nothing', async () => {
    await deployNew('live')
    await pushOld('a', 'b', 'c')
    const leaving = new AbortController()

    const { events } = await ended({ keep: 1, signal: leaving.signal }, ({ imageStore }) => ({
      imageStore: wrapped(imageStore, {
        page: async uri => {
          leaving.abort('interrupted')
          return imageStore.page(uri)
        },
      }),
    }))

    expect(events).toEqual([])
    expect(tagsThere(shop)).toContain('a')
  })

  it('and no other process of the same family has lost its revision', async () => {
    await deployNew('a')
    const [, second = ''] = activeRevisions(shop, 'default')
    addWorker(shop, 'twin', { service: { taskDefinition: second } })
    await deployNew('b', 'c', 'd')

    await ended({ keep: 1 })

    expect(activeNumbers()).toEqual([1, 2, 4, 5])
  })
})

/** Before any service says how many to keep: so the deploys themselves leave all as it is. */
async function deployNew(...tags: readonly string[]): Promise<void> {
  await deployAll(shop, tags)
}

async function pushOld(...tags: readonly string[]): Promise<void> {
  for (const tag of tags) await shop.push({ tag })
  grow(shop, 3 * day, ...tags)
}

function activeNumbers(): readonly number[] {
  return activeRevisions(shop, 'default').map(arn => Number(arn.split(':').at(-1)))
}

type End = { readonly keep: number | undefined; readonly signal?: AbortSignal }
type Ended = { readonly events: readonly DeployEvent[]; readonly calls: readonly string[] }

/** What the newest deployment ends with, and the calls that it makes. */
async function ended(
  { keep, signal = new AbortController().signal }: End,
  held: (ports: Ports) => Partial<Ports> = () => ({}),
): Promise<Ended> {
  if (keep !== undefined) tagService(shop, 'default', { 'tapit:images-keep': String(keep) })
  const { clock, env } = shop
  // On a busy machine the fast clock would be over before the answers are here.
  const patient: Clock = {
    now: () => clock.now(),
    sleep: (_, over) => new Promise(resolve => over?.addEventListener('abort', () => resolve())),
  }
  const ports: Ports = {
    ...awsPorts({ env, clock }).command,
    ...newIds(clock),
    clock: patient,
    audit: silentAudit,
  }
  const app = { app: 'shop', processes: ['default'] } as const
  const gathered = await gather({ ...app, trigger: 'manual' }, ports, { compares: false })
  const { deployments } = await ports.records.listDeployments({ ...app, limit: 1 })
  const { journal } = shop.sandbox.faults
  const before = journal.length
  const events = await pruneAfterDeploy(
    deployments.map(({ record }) => record),
    { ports: { ...ports, ...held(ports) }, signal, gathered },
  )
  return { events, calls: journal.slice(before).map(({ operation }) => operation) }
}

function warnings(events: readonly DeployEvent[]): readonly unknown[] {
  return events.flatMap(event => (event.is === 'warned' ? [event.warning] : []))
}
