import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createObserver } from '../../lib/actions/observe/observer.ts'
import type { Ports } from '../../lib/actions/ports.ts'
import { stopProcesses } from '../../lib/actions/processes/stop-process.ts'
import { awsPorts } from '../../lib/adapters/aws/aws-ports.ts'
import { newIds } from '../../lib/adapters/ids.ts'
import { type Shop, openShop } from '../fakes/shop.ts'
import { silentAudit } from '../fakes/silent-audit.ts'
import { wrapped } from './command.ts'

const leaseSeconds = 5

/** What a stop writes, in its order. */
const writes = [
  'takeLease',
  // Whether it may.
  'change',
  'setDesiredCount',
  'saveDeployment',
  'stopPointer',
  'renewLease',
  'change',
  'renewLease',
  'setDesiredCount',
  'saveDeployment',
  'releaseLease',
] as const

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
  await shop.push({ tag: 'one' })
  await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=one', '--wait')
  await scaleBetween(2, 6)
})
afterEach(() => shop.close())

it('is the order in which a stop writes', async () => {
  const seen: string[] = []

  await stopped(written => void seen.push(written))

  expect(seen).toEqual(writes)
})

describe('a stop that is killed', { timeout: 60_000 }, () => {
  it.each([4, 5, 6, 7, 8, 9, 10, 11])(
    'before its write no. %i is finished by the next look',
    async number => {
      await killed({ before: number })

      await shop.clock.sleep(4 * leaseSeconds * 1_000)
      await look()
      await shop.clock.sleep(10_000)

      expect(await look()).toMatchObject(number === 4 ? active : gone)
      expect(await target()).toMatchObject(number === 4 ? scalesOn : rests)
      expect(desired()).toBe(number === 4 ? 2 : 0)
    },
  )

  it.each([5, 7, 9, 11])('before its write no. %i can be followed by a start', async number => {
    await killed({ before: number })

    const { code, stderr } = await shop.tapit('start', 'process=worker', '--wait')

    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(await look()).toMatchObject(active)
    expect(await target()).toMatchObject(scalesOn)
    expect(desired()).toBe(2)
  })

  it.each([4, 5, 9])('before its write no. %i can be repeated', async number => {
    await killed({ before: number })

    const { code } = await shop.tapit('stop', 'process=worker', '--wait')

    expect(code).toBe(0)
    expect(await look()).toMatchObject(gone)
    expect(await target()).toMatchObject(rests)
  })

  it.each([5, 9])('before its write no. %i gives way to a deploy', async number => {
    await killed({ before: number })
    await shop.push({ tag: 'two' })

    const { code } = await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=two', '--wait')

    expect(code).toBe(0)
    expect(await look()).toMatchObject({ ...active, dockerTag: 'two' })
    expect(await target()).toMatchObject(scalesOn)
    expect(desired()).toBe(2)
  })
})

const active = { promotionStage: 'active', running: 2, desired: 2 }
const gone = { stopped: {}, running: 0, desired: 0 }
const rests = { MinCapacity: 0, SuspendedState: { DynamicScalingOutSuspended: true } }
const scalesOn = { MinCapacity: 2, SuspendedState: { DynamicScalingOutSuspended: false } }

/** Does all that comes before, and then nothing more: no lease is given back. It has run out, but no reader takes its holder for dead yet. */
async function killed({ before }: { readonly before: number }): Promise<void> {
  let count = 0
  await new Promise<void>(resolve => {
    const running = stopped(() => {
      count += 1
      if (count < before) return undefined
      resolve()
      return new Promise<void>(() => {})
    })
    running.then(resolve, resolve)
  })
  if (count !== before) throw new Error(`there is no write no. ${before}`)
  await shop.clock.sleep((leaseSeconds + 1) * 1_000)
}

/** One `stop` as a function; `hear` is told each of its writes before it happens, and may hold it up. */
async function stopped(hear: (write: string) => Promise<void> | void): Promise<void> {
  const { clock, env } = shop
  const aws = awsPorts({ env, clock })
  const told =
    <Args extends unknown[], Answer>(name: string, call: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      await hear(name)
      return call(...args)
    }
  const { records, ecs, scaling } = aws.command
  const ports: Ports = {
    ...aws.command,
    ...newIds(clock),
    clock,
    audit: silentAudit,
    records: wrapped(records, {
      takeLease: told('takeLease', records.takeLease),
      renewLease: told('renewLease', records.renewLease),
      releaseLease: told('releaseLease', records.releaseLease),
      saveDeployment: told('saveDeployment', records.saveDeployment),
      stopPointer: told('stopPointer', records.stopPointer),
    }),
    ecs: wrapped(ecs, { setDesiredCount: told('setDesiredCount', ecs.setDesiredCount) }),
    scaling: wrapped(scaling, { change: told('change', scaling.change) }),
  }
  const events = stopProcesses(
    { app: 'shop', processes: ['worker'] },
    {
      ports,
      observer: createObserver({ ...aws.loop, clock }),
      leaseSeconds,
      wait: false,
      signal: new AbortController().signal,
    },
  )
  for await (const _ of events);
}

async function look(): Promise<object> {
  const { document } = await shop.json('status')
  return document.processes.find(({ process }: { process: string }) => process === 'worker')
}

function desired(): number | undefined {
  const { services } = shop.sandbox.world.state.ecs
  return Object.values(services).find(({ name }) => name === 'worker')?.desiredCount
}

function scaling(): ApplicationAutoScalingClient {
  return new ApplicationAutoScalingClient({
    endpoint: shop.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
}

async function scaleBetween(MinCapacity: number, MaxCapacity: number): Promise<void> {
  const command = new RegisterScalableTargetCommand({
    ServiceNamespace: 'ecs',
    ScalableDimension: 'ecs:service:DesiredCount',
    ResourceId: 'service/shop/worker',
    MinCapacity,
    MaxCapacity,
  })
  await scaling().send(command)
}

async function target(): Promise<unknown> {
  const { ScalableTargets = [] } = await scaling().send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }),
  )
  return ScalableTargets[0]
}
