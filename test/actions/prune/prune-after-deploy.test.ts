import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeployEvent } from '../../../lib/actions/events.ts'
import { gather } from '../../../lib/actions/gather.ts'
import type { Ports } from '../../../lib/actions/ports.ts'
import { pruneAfterDeploy } from '../../../lib/actions/prune/prune-after-deploy.ts'
import { awsPorts } from '../../../lib/adapters/aws/aws-ports.ts'
import { newIds } from '../../../lib/adapters/ids.ts'
import type { Clock } from '../../../lib/names/clock.ts'
import { activeRevisions, addWorker, tagService, until } from '../../cli/deploy/scenes.ts'
import {
  addStaging,
  day,
  deployAll,
  grow,
  repositoryOf,
  tagsThere,
} from '../../cli/images/repository-scenes.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { command } from '../command.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

describe('after a deploy', { timeout: 60_000 }, () => {
  it('nothing is asked where no service says how many images to keep', async () => {
    await deployAll(shop, ['a', 'b', 'c'])
    grow(shop, 3 * day)

    const { events, calls } = await deployed('d')

    expect(events).toEqual([])
    expect(calls).toEqual([])
  })

  it('images and revisions beyond the service’s number go', async () => {
    await deployAll(shop, ['a', 'b', 'c'])
    grow(shop, 3 * day)
    keep(2)

    const { events } = await deployed('d')

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
    expect(activeRevisions(shop, 'default').map(arn => arn.split(':').at(-1))).toEqual(['1', '4', '5'])
  })

  it('it costs one question where nothing is old enough, and no look at other clusters', async () => {
    keep(10)

    const { events, calls } = await deployed('a')

    expect(events).toEqual([])
    expect(calls).toEqual(['DescribeImages'])
  })

  it('it stops at the records where they need all that is old', async () => {
    await deployAll(shop, ['a', 'b', 'c'])
    await deployAll(shop, ['v1.3.0'])
    grow(shop, 3 * day, 'a', 'b', 'c')
    keep(10)

    const { calls } = await deployed('d')

    expect(calls.filter(call => !/^(DescribeImages|Query|BatchGetItem)$/.test(call))).toEqual([])
  })

  it('it says which images stay because another cluster may not be read, and deregisters nothing that runs', async () => {
    await deployAll(shop, ['a', 'b', 'c'])
    grow(shop, 3 * day)
    keep(1)
    addStaging(shop)
    const before = tagsThere(shop)
    shop.sandbox.faults.add({
      operation: 'ListServices',
      when: input => (input as { cluster?: string }).cluster === 'shop-staging',
      effect: 'deny',
    })

    const { events } = await deployed('d')

    expect(warnings(events)).toEqual([
      {
        is: 'not_pruned',
        repository: repositoryOf(shop).uri,
        reason: expect.stringContaining('ecs:ListServices'),
      },
    ])
    expect(tagsThere(shop)).toEqual(['a', 'b', 'c', 'd', ...before.slice(3)])
    // 4 is what ran before: a rollback would go there.
    expect(activeRevisions(shop, 'default').map(arn => arn.split(':').at(-1))).toEqual(['1', '4', '5'])
  })

  it('it says that AWS does not let it delete', async () => {
    await deployAll(shop, ['a', 'b', 'c'])
    grow(shop, 3 * day)
    keep(1)
    shop.sandbox.faults.add({ operation: 'BatchDeleteImage', effect: 'deny' })

    const { events } = await deployed('d')

    expect(warnings(events)).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('ecr:BatchDeleteImage') }),
    ])
    expect(tagsThere(shop)).toContain('a')
  })

  it('it says which of them ECR does not give up', async () => {
    await deployAll(shop, ['a', 'b', 'c'])
    grow(shop, 3 * day)
    keep(1)
    const [first] = repositoryOf(shop).images.filter(({ tags }) => tags.includes('a'))

    const { events } = await deployed('d', ports => ({
      imageStore: {
        ...ports.imageStore,
        page: (...input) => ports.imageStore.page(...input),
        isShared: uri => ports.imageStore.isShared(uri),
        repositories: uris => ports.imageStore.repositories(uris),
        remove: async (_, digests) => ({
          removed: digests.filter(each => each !== first?.digest),
          kept: [{ digest: first?.digest ?? '', why: 'Requested image referenced by manifest list' }],
        }),
      },
    }))

    expect(warnings(events)).toEqual([
      expect.objectContaining({
        reason: 'ECR keeps 1 of the images: Requested image referenced by manifest list',
      }),
    ])
    expect(events).toContainEqual(expect.objectContaining({ is: 'pruned', images: 2 }))
  })

  it('it gives up after a while, says so, and asks nothing any more', async () => {
    await deployAll(shop, ['a', 'b', 'c'])
    grow(shop, 3 * day)
    keep(1)
    let answer = (): void => {}

    const { events, calls } = await deployed(
      'd',
      ({ imageStore }) => ({
        imageStore: {
          ...imageStore,
          page: async uri => {
            await new Promise<void>(resolve => (answer = resolve))
            return imageStore.page(uri)
          },
        },
      }),
      // Its own time is over at once.
      { now: () => shop.clock.now(), sleep: async () => {} },
    )
    answer()
    await shop.clock.sleep(1_000)

    expect(warnings(events)).toEqual([
      expect.objectContaining({ is: 'not_pruned', reason: 'it takes longer than 20 s' }),
    ])
    expect(calls).not.toContain('BatchDeleteImage')
    expect(tagsThere(shop)).toContain('a')
  })

  it('it ends with the signal, and says nothing', async () => {
    await deployAll(shop, ['a', 'b', 'c'])
    grow(shop, 3 * day)
    keep(1)
    const ended = new AbortController()

    const { events } = await deployed(
      'd',
      ({ imageStore }) => ({
        imageStore: {
          ...imageStore,
          page: async uri => {
            ended.abort('interrupted')
            return imageStore.page(uri)
          },
        },
      }),
      shop.clock,
      ended.signal,
    )

    expect(events).toEqual([])
    expect(tagsThere(shop)).toContain('a')
  })

  it('no other process of the same family loses its revision', async () => {
    await deployAll(shop, ['a'])
    const [, second = ''] = activeRevisions(shop, 'default')
    addWorker(shop, 'twin', { service: { taskDefinition: second } })
    await until(shop, () => true)
    await deployAll(shop, ['b', 'c'])
    keep(1)

    await deployed('d')

    expect(activeRevisions(shop, 'default')).toContain(second)
  })
})

function keep(images: number): void {
  tagService(shop, 'default', { 'tapit:images-keep': String(images) })
}

type Deployed = { readonly events: readonly DeployEvent[]; readonly calls: readonly string[] }

/** Deploys a new image to one process, and then what a deploy ends with; `calls` are those of the latter. */
async function deployed(
  tag: string,
  held: (ports: Ports) => Partial<Ports> = () => ({}),
  clock: Clock = shop.clock,
  signal: AbortSignal = new AbortController().signal,
): Promise<Deployed> {
  await shop.push({ tag })
  const { env } = shop
  const aws = awsPorts({ env, clock: shop.clock })
  const ports: Ports = { ...aws.command, ...newIds(shop.clock), clock }
  const request = { app: 'shop', processes: ['default'], trigger: 'manual', dockerTag: tag } as const
  const gathered = await gather(request, { ...ports, clock: shop.clock }, { compares: false })
  const { deployments } = await command(shop, request)
  const { journal } = shop.sandbox.faults
  const before = journal.length
  const events = await pruneAfterDeploy(deployments, {
    ports: { ...ports, ...held(ports) },
    signal,
    gathered,
  })
  return { events, calls: journal.slice(before).map(({ operation }) => operation) }
}

function warnings(events: readonly DeployEvent[]): readonly unknown[] {
  return events.flatMap(event => (event.is === 'warned' ? [event.warning] : []))
}
