import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../../lib/sandbox/faults.ts'
import { timings } from '../../../lib/sandbox/timings.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { addWorker, pace, runningTags, serviceDeployments, until } from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop({ speed: 20 })
})
afterEach(() => shop.close())

const workers = Array.from({ length: 7 }, (_, index) => `worker-${index}`)

describe('read calls while deployments are followed', () => {
  it.each(['v1.2.3', 'v1.3.0'])('at most one a second on average, for one process and for ten (%s)', async tag => {
    await tenProcesses()

    const one = await readsOf('process=worker', `docker_tag=${tag}`)
    const ten = await readsOf(`docker_tag=${tag === 'v1.2.3' ? 'v1.2.2' : tag}`)

    console.log(tag, { one: { n: one.reads.length, s: one.seconds, by: one.by }, ten: { n: ten.reads.length, s: ten.seconds, by: ten.by } })
    expect(one.reads.length).toBeLessThanOrEqual(one.seconds + 4)
    expect(ten.reads.length).toBeLessThanOrEqual(ten.seconds + 4)
  })
})

async function tenProcesses(): Promise<void> {
  for (const name of workers) addWorker(shop, name)
  await until(shop, () => workers.every(name => serviceDeployments(shop, name)[0]?.status === 'SUCCESSFUL' && runningTags(shop, name).length === 1))
  await shop.clock.sleep(5_000)
  pace(shop, { ...timings.realistic, healthCheckInterval: 5_000, deregistrationDelay: 10_000 })
}

type Reads = { readonly reads: readonly JournalEntry[]; readonly seconds: number; readonly by: Record<string, number> }

/** What a deploy reads of ECS and the load balancer from its first UpdateService to its end. */
async function readsOf(...keys: readonly string[]): Promise<Reads> {
  const { journal } = shop.sandbox.faults
  const begun = journal.length
  await shop.tapit('create', 'deploy', ...keys, '--wait')
  const ended = shop.clock.now()
  const calls = journal.slice(begun)
  const first = calls.findIndex(({ operation }) => operation === 'UpdateService')
  const from = calls[first]?.at ?? 0
  const reads = calls.slice(first).filter(({ service, operation }) => (service === 'ecs' || service === 'elasticloadbalancing') && /^(Describe|List)/.test(operation))
  const by: Record<string, number> = {}
  for (const { operation } of reads) by[operation] = (by[operation] ?? 0) + 1
  return { reads, seconds: (ended - from) / 1000, by }
}
