import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ports, ServiceUpdate } from '../../lib/actions/ports.ts'
import { awsPorts } from '../../lib/adapters/aws/aws-ports.ts'
import type { Deployment } from '../../lib/deployment/deployment.ts'
import type { Lease } from '../../lib/records/lease.ts'
import { activeRevisions, runningTags, serviceDeployments, tasksOf, until } from '../cli/deploy/scenes.ts'
import { type Shop, openShop } from '../fakes/shop.ts'
import { type Ended, type Gate, command, gate, leaseSeconds, wrapped } from './command.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop({ speed: 10 })
  await shop.push({ tag: 'first' })
  await shop.push({ tag: 'second' })
})
afterEach(() => shop.close())

describe('a command that sleeps through a later deploy', { timeout: 20_000 }, () => {
  it('and wakes up to finalize: the pointer stays where the later one put it', async () => {
    const asleep = gate()
    const first = command(shop, { dockerTag: 'first' }, ({ records }) => ({
      records: wrapped(records, {
        movePointer: pointer => asleep.pass().then(() => records.movePointer(pointer)),
      }),
    }))
    await asleep.reached
    await shop.clock.sleep(leaseSeconds * 1000 + 1)
    const second = await command(shop, { dockerTag: 'second' })

    asleep.open()

    expect(only(await first).state.is).toBe('live')
    expect(only(second).state.is).toBe('live')
    expect(await activeTag()).toEqual({ dockerTag: 'second', deploymentId: only(second).id })
    expect(runningTags(shop, 'default')).toEqual(['second'])
  })

  it('and wakes up before it confirms its lease: it gives way, and nothing changes in ECS', async () => {
    const asleep = gate()
    const first = command(shop, { dockerTag: 'first' }, ({ ecs }) => ({
      ecs: wrapped(ecs, {
        registerTaskDefinition: revision => ecs.registerTaskDefinition(revision).finally(() => asleep.pass()),
      }),
    }))
    await asleep.reached
    const second = await command(shop, { dockerTag: 'second', supersede: { reason: 'hotfix' } })

    asleep.open()

    expect((await first).exit).toBe('superseded')
    await expectGivenWay(await first, second)
  })

  it('and wakes up just before its UpdateService: its revision is gone by then, so ECS refuses it', async () => {
    const { first, second } = await sleepsBeforeUpdate()

    expect(first.exit).toBe('superseded')
    await expectGivenWay(first, second)
  })

  it('and ECS still takes its UpdateService (DeregisterTaskDefinition can take effect late): `status` tells what runs', async () => {
    const { first, second } = await sleepsBeforeUpdate(({ ecs }) => ({
      ecs: wrapped(ecs, { deregisterTaskDefinition: async () => {} }),
    }))
    expect([only(first).state.is, only(second).state.is]).toEqual(['cancelled', 'live'])
    await until(shop, () => runningTags(shop, 'default').join() === 'first')

    const { document } = await shop.json('status')

    const process = document.processes.find((each: { process: string }) => each.process === 'default')
    expect(process).toMatchObject({ dockerTag: 'first', drift: { code: 'changed_outside' } })
    expect(process.deploymentId).toBeUndefined()
  })
})

describe('a lease that is lost', { timeout: 20_000 }, () => {
  it('while it follows: another command took over, and this one changes nothing any more', async () => {
    await shop.push({ tag: 'bad', behaviour: 'crash' })
    const asleep = gate()
    const asked: string[] = []
    const first = command(shop, { dockerTag: 'bad' }, ({ ecs, records }) => ({
      ecs: wrapped(ecs, {
        rollBack: arn => (asked.push(arn), ecs.rollBack(arn)),
        // However long the other command takes: only tapit would turn it back.
        updateService: update => ecs.updateService({ ...update, configuration: withoutBreaker(update) }),
      }),
      records: sleepsOnceStarting(records, asleep),
    }))
    await asleep.reached
    await until(shop, () => stoppedTasks('default') >= 2)
    const second = await command(shop, { dockerTag: 'second', supersede: { reason: 'hotfix' } })

    asleep.open()

    expect(only(await first).state).toMatchObject({
      is: 'cancelled',
      cancellation: { code: 'superseded', successor: only(second).id },
    })
    expect(asked).toEqual([])
    expect(runningTags(shop, 'default')).toEqual(['second'])
  })
})

describe(
  'a deployment that somebody else ended while its command held the lease',
  { timeout: 20_000 },
  () => {
    it('before its revision was written down: the next deploy goes at once, and it gives way though it still renews its lease', async () => {
      const asleep = gate()
      const first = command(shop, { dockerTag: 'first' }, ({ ecs }) => ({
        ecs: wrapped(ecs, {
          registerTaskDefinition: revision =>
            ecs.registerTaskDefinition(revision).finally(() => asleep.pass()),
        }),
      }))
      await asleep.reached
      const { code } = await shop.tapit('cancel', 'deploy', '--wait')
      const second = await command(shop, { dockerTag: 'second' })

      asleep.open()

      expect(code).toBe(0)
      expect(only(await first).state).toMatchObject({
        is: 'cancelled',
        cancellation: { code: 'cancelled' },
      })
      await expectUntouched(second)
    })

    it('right before it confirms its lease: the next deploy goes at once, and the lease is lost', async () => {
      const asleep = gate()
      const first = command(shop, { dockerTag: 'first' }, ({ records }) => ({
        records: wrapped(records, {
          renewLease: (...lease) => asleep.pass().then(() => records.renewLease(...lease)),
        }),
      }))
      await asleep.reached
      await until(shop, () => activeRevisions(shop, 'default').length === 2)
      await shop.clock.sleep(30_000)
      const shown = await shop.json('show', 'deploy')
      const second = await command(shop, { dockerTag: 'second' })

      asleep.open()

      expect(shown.document.deployments[0].failure.code).toBe('timed_out')
      expect(only(await first).state).toMatchObject({ is: 'failed', failure: { code: 'timed_out' } })
      await expectUntouched(second)
    })

    it('and gives a lease back that is another one by now: that one stays', async () => {
      const [giving, preparing] = [gate(), gate()]
      const first = command(shop, { dockerTag: 'first' }, ({ records }) => ({
        records: wrapped(records, {
          releaseLease: lease => giving.pass().then(() => records.releaseLease(lease)),
        }),
      }))
      await giving.reached
      const second = command(shop, { dockerTag: 'second' }, ({ ecs }) => ({
        ecs: wrapped(ecs, {
          registerTaskDefinition: revision =>
            preparing.pass().then(() => ecs.registerTaskDefinition(revision)),
        }),
      }))
      await preparing.reached

      giving.open()
      const gone = only(await first)
      const lease = await leaseOf('default')
      preparing.open()

      expect(gone.state.is).toBe('live')
      expect(lease?.deploymentId).toBe(only(await second).id)
      expect(only(await second).state.is).toBe('live')
      expect(runningTags(shop, 'default')).toEqual(['second'])
    })
  },
)

function stoppedTasks(process: string): number {
  return tasksOf(shop, process).filter(({ lastStatus }) => lastStatus === 'STOPPED').length
}

function withoutBreaker({ configuration }: ServiceUpdate): ServiceUpdate['configuration'] {
  return { ...configuration, deploymentCircuitBreaker: { enable: false, rollback: false } }
}

/** Records that a command falls asleep over once it has asked ECS. */
function sleepsOnceStarting(records: Ports['records'], asleep: Gate): Ports['records'] {
  return wrapped(records, {
    saveDeployment: async (deployment, version) => {
      if (deployment.state.is === 'starting') await asleep.pass()
      return records.saveDeployment(deployment, version)
    },
  })
}

async function sleepsBeforeUpdate(
  other?: (ports: Ports) => Partial<Ports>,
): Promise<{ first: Ended; second: Ended }> {
  const asleep = gate()
  const first = command(shop, { dockerTag: 'first' }, ({ ecs }) => ({
    ecs: wrapped(ecs, { updateService: update => asleep.pass().then(() => ecs.updateService(update)) }),
  }))
  await asleep.reached
  const second = await command(shop, { dockerTag: 'second', supersede: { reason: 'hotfix' } }, other)
  asleep.open()
  return { first: await first, second }
}

async function expectGivenWay(first: Ended, second: Ended): Promise<void> {
  expect(only(first).state).toMatchObject({
    is: 'cancelled',
    cancellation: { code: 'superseded', successor: only(second).id },
  })
  expect(only(second).state.is).toBe('live')
  expect(serviceDeployments(shop, 'default')).toHaveLength(2)
  expect(runningTags(shop, 'default')).toEqual(['second'])
  expect(await activeTag()).toEqual({ dockerTag: 'second', deploymentId: only(second).id })
  expect(activeRevisions(shop, 'default').at(-1)).toMatch(/:3$/)
}

/** It waited for no lease, and is what runs. */
async function expectUntouched(second: Ended): Promise<void> {
  expect(second.events.map(({ is }) => is)).not.toContain('waiting_for_lease')
  expect(only(second).state.is).toBe('live')
  expect(serviceDeployments(shop, 'default')).toHaveLength(2)
  expect(runningTags(shop, 'default')).toEqual(['second'])
  expect(await activeTag()).toEqual({ dockerTag: 'second', deploymentId: only(second).id })
  expect(activeRevisions(shop, 'default').at(-1)).toMatch(/:3$/)
}

function leaseOf(process: string): Promise<Lease | undefined> {
  const { env, clock } = shop
  return awsPorts({ env, clock }).command.records.lease('shop', process)
}

function only({ deployments: [deployment] }: Ended): Deployment {
  if (deployment === undefined) throw new Error('no deployment')
  return deployment
}

async function activeTag(): Promise<{ dockerTag: string; deploymentId: string }> {
  const { document } = await shop.json('status')
  const { dockerTag, deploymentId } = document.processes.find(
    (each: { process: string }) => each.process === 'default',
  )
  return { dockerTag, deploymentId }
}
