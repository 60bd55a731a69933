import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../../lib/sandbox/faults.ts'
import { timings } from '../../../lib/sandbox/timings.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { putPolicy } from './policies.ts'
import { addWorker, pace, runningTags, serviceDeployments, until } from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop({ speed: 20 })
})
afterEach(() => shop.close())

/** On a fast clock a request takes as many times as long: pauses end late or early by that much. */
const jitter = 1.2

const workers = Array.from({ length: 8 }, (_, index) => `worker-${index}`)

describe('who calls', () => {
  it('is asked for once, for the plan, the policies and the audit alike', async () => {
    await putPolicy(shop, { name: 'not-bob', effect: 'deny', callers: ['*:user/bob'] })
    const before = shop.sandbox.faults.count('GetCallerIdentity')

    const { code } = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3')

    expect(code).toBe(0)
    expect(shop.sandbox.faults.count('GetCallerIdentity') - before).toBe(1)
  })
})

describe('read calls while deployments are followed', () => {
  it.each(['v1.2.3', 'v1.3.0'])(
    'are at most one a second on average, for one process and for eleven (%s)',
    async tag => {
      await elevenProcesses()

      const one = await readsOf('process=default', `docker_tag=${tag}`)
      const all = await readsOf(`docker_tag=${tag}`)

      expect(one.reads.length).toBeLessThanOrEqual(jitter * one.seconds + firstLooks)
      expect(all.reads.length).toBeLessThanOrEqual(jitter * all.seconds + firstLooks)
    },
  )

  it('are hardly more for ten processes than for one', async () => {
    await elevenProcesses()
    const names = ['worker', 'scheduler', ...workers]

    const one = await readsOf('process=worker-0', 'docker_tag=v1.2.3')
    const ten = await readsOf(`process=${names.join(',')}`, 'docker_tag=v1.2.3')

    expect(names).toHaveLength(10)
    // The bench holds it to 1.3, on a real clock.
    expect(ten.reads.length).toBeLessThanOrEqual(1.6 * one.reads.length)
  })

  it('fill their batches, and ask no target for its health that is known to be good', async () => {
    await elevenProcesses()

    const { reads } = await readsOf('docker_tag=v1.2.3')

    const sizes = (operation: string, member: string): readonly number[] =>
      reads
        .filter(each => each.operation === operation)
        .map(({ input }) => (input as Record<string, readonly unknown[]>)[member]?.length ?? 0)
    expect(Math.max(...sizes('DescribeServices', 'services'))).toBeLessThanOrEqual(10)
    expect(Math.max(...sizes('DescribeServiceDeployments', 'serviceDeploymentArns'))).toBe(11)
    expect(Math.max(...sizes('DescribeTasks', 'tasks'))).toBeLessThanOrEqual(100)
    const lastHealth = reads.findLast(({ operation }) => operation === 'DescribeTargetHealth')?.at ?? Infinity
    const deployed = serviceDeployments(shop, 'default')[0]?.finishedAt ?? 0
    expect(lastHealth - deployed).toBeLessThan(3_000)
  })
})

describe('a hundred processes at once', () => {
  it("stay under AWS's published rates, and are never throttled", async () => {
    for (let index = 0; index < 97; index += 1) addWorker(shop, `many-${index}`)
    await until(shop, () =>
      Object.values(shop.sandbox.world.state.ecs.services).every(
        ({ deployments }) => deployments[0]?.rolloutState === 'COMPLETED',
      ),
    )
    pace(shop, { ...timings.realistic, healthCheckInterval: 5_000, deregistrationDelay: 10_000 })
    shop.sandbox.faults.meterRates()

    const { code, document } = await shop.json('create', 'deploy', 'docker_tag=v1.2.3', '--wait')

    expect({ code, error: document.error }).toEqual({ code: 0 })
    expect(document.deployments).toHaveLength(100)
    expect(shop.sandbox.faults.journal.filter(({ error }) => error === 'ThrottlingException')).toEqual([])
  }, 120_000)
})

/** The first looks find the deployments; they may cost more. */
const firstLooks = 4

async function elevenProcesses(): Promise<void> {
  for (const name of workers) addWorker(shop, name)
  await until(shop, () =>
    workers.every(
      name =>
        serviceDeployments(shop, name)[0]?.status === 'SUCCESSFUL' && runningTags(shop, name).length === 1,
    ),
  )
  await shop.clock.sleep(5_000)
  pace(shop, { ...timings.realistic, healthCheckInterval: 5_000, deregistrationDelay: 10_000 })
}

type Reads = {
  readonly reads: readonly JournalEntry[]
  readonly seconds: number
  readonly by: Record<string, number>
}

/** What a deploy reads of ECS and the load balancer from its first UpdateService to its end. */
async function readsOf(...keys: readonly string[]): Promise<Reads> {
  const { journal } = shop.sandbox.faults
  const begun = journal.length
  await shop.tapit('create', 'deploy', ...keys, '--wait')
  const ended = shop.clock.now()
  const calls = journal.slice(begun)
  const first = calls.findIndex(({ operation }) => operation === 'UpdateService')
  const from = calls[first]?.at ?? 0
  const reads = calls
    .slice(first)
    .filter(
      ({ service, operation }) =>
        (service === 'ecs' || service === 'elasticloadbalancing') && /^(Describe|List)/.test(operation),
    )
  const by: Record<string, number> = {}
  for (const { operation } of reads) by[operation] = (by[operation] ?? 0) + 1
  return { reads, seconds: (ended - from) / 1000, by }
}
