import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listDeploys } from '../../../lib/cli/report/list-deploys.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { view } from '../report/builders.ts'

let shop: Shop
let noon: number
beforeAll(async () => {
  shop = await openShop({ speed: 20 })
  await deploy('v1.2.2', 'initiator=ada')
  await deploy('v1.3.0', 'initiator=github-actions')
  // As long as a command may take on this clock, and more.
  await shop.clock.sleep(60_000)
  noon = shop.clock.now()
  await shop.clock.sleep(60_000)
  await deploy('v1.2.3', 'process=worker', 'initiator=github-actions')
}, 120_000)
afterAll(() => shop.close())

describe('the deployments of a list', () => {
  it('are all of them, newest first', async () => {
    expect(await listed()).toEqual([
      'worker v1.2.3 finalized',
      'worker v1.3.0 rolled_back',
      'scheduler v1.3.0 finalized',
      'default v1.3.0 finalized',
      'worker v1.2.2 finalized',
      'scheduler v1.2.2 finalized',
      'default v1.2.2 finalized',
    ])
  })

  it('are those of one process, one status, one initiator, or since a moment', async () => {
    const since = (): string => `since=${Math.ceil((shop.clock.now() - noon) / 1_000)}s`

    expect(await listed('process=default')).toEqual(['default v1.3.0 finalized', 'default v1.2.2 finalized'])
    expect(await listed('status=rolled_back')).toEqual(['worker v1.3.0 rolled_back'])
    expect(await listed('initiator=ada', 'process=worker,scheduler')).toEqual([
      'worker v1.2.2 finalized',
      'scheduler v1.2.2 finalized',
    ])
    expect(await listed('initiator=nobody')).toEqual([])
    expect(await listed(since())).toEqual(['worker v1.2.3 finalized'])
    expect(await listed(since(), 'status=rolled_back')).toEqual([])
  })

  it('are those that an ARN began, whatever was said as initiator', async () => {
    const { document } = await list()
    const { caller } = document.deployments[0]

    expect(await listed(`initiator=${caller}`, 'limit=3')).toHaveLength(3)
  })

  it('come in pages, filtered or not', async () => {
    const first = await list('limit=3')
    const second = await list('limit=3', `next_token=${first.document.nextToken}`)
    const third = await list('limit=3', `next_token=${second.document.nextToken}`)
    const some = await list('limit=1', 'process=default')
    const others = await list('limit=1', 'process=default', `next_token=${some.document.nextToken}`)

    expect([first, second, third].map(({ document }) => document.deployments.length)).toEqual([3, 3, 1])
    expect(third.document).not.toHaveProperty('nextToken')
    expect([some, others].map(({ document }) => document.deployments[0].dockerTag)).toEqual([
      'v1.3.0',
      'v1.2.2',
    ])
  })

  it.each([[['limit=3']], [['limit=1', 'status=rolled_back', 'initiator=github-actions', 'since=1d']]])(
    'cost one query of the history a page: %j',
    async keys => {
      const { journal } = shop.sandbox.faults
      const before = journal.length
      await shop.tapit('list', 'deploys', ...keys)

      const operations = journal.slice(before).map(({ operation }) => operation)
      // The other one is that of the active deployments.
      expect(operations).toEqual(['Query', 'Query'])
    },
  )

  it('are one document whose members are always in the same order, twice the same to the byte', async () => {
    const once = await shop.tapit('list', 'deploys', '-o', 'json')
    const again = await shop.tapit('list', 'deploys', '-o', 'json')
    const { deployments } = JSON.parse(once.stdout)

    expect(once.stderr).toBe('')
    expect(again.stdout).toBe(once.stdout)
    const orders = deployments.map((each: object) => Object.keys(each))
    const longest: readonly string[] = [
      ...new Set<string>(orders.toSorted((a: string[], b: string[]) => b.length - a.length).flat()),
    ]
    for (const order of orders) {
      const known = order.filter((name: string) => orders.every((each: string[]) => each.includes(name)))
      expect(known).toEqual(longest.filter(name => known.includes(name)))
    }
  })

  it('are said to be none, or none among the newest where older ones were not looked at', async () => {
    const { stdout } = await shop.tapit('list', 'deploys', 'initiator=nobody')
    const page = listDeploys({ deployments: [], next: 'WyJz' }, view(80))

    expect(stdout).toBe('No deployments.\n')
    expect(page).toEqual(['No such deployments among the newest.', '  There are more: next_token=WyJz'])
  })

  it.each([
    [['since=7'], 'since= is not a duration'],
    [['limit=101'], 'limit'],
    [['initiator='], undefined],
  ])('are refused, or not, with %j', async (keys, says) => {
    const { code, stderr } = await shop.tapit('list', 'deploys', ...keys)

    expect(code).toBe(says === undefined ? 0 : 2)
    expect(stderr).toContain(says ?? '')
  })
})

async function deploy(tag: string, ...keys: readonly string[]): Promise<void> {
  await shop.tapit('create', 'deploy', `docker_tag=${tag}`, ...keys, '--wait')
}

function list(...keys: readonly string[]): Promise<{ readonly document: any }> {
  return shop.json('list', 'deploys', ...keys)
}

async function listed(...keys: readonly string[]): Promise<readonly string[]> {
  const { document } = await list(...keys)
  return document.deployments.map((each: any) => `${each.process} ${each.dockerTag} ${each.status}`)
}
