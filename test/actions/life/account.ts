import { setTimeout } from 'node:timers/promises'
import type { Ports } from '../../../lib/actions/ports.ts'
import { cancelDeployments } from '../../../lib/actions/cancel-continue/cancel-deployments.ts'
import { deploy } from '../../../lib/actions/deploy/deploy.ts'
import { openDeployments } from '../../../lib/actions/cancel-continue/open-deployments.ts'
import { planRollback } from '../../../lib/actions/rollback/plan-rollback.ts'
import { rollBack } from '../../../lib/actions/rollback/roll-back.ts'
import { restartProcesses } from '../../../lib/actions/processes/restart-process.ts'
import { startProcesses } from '../../../lib/actions/processes/start-process.ts'
import { stopProcesses } from '../../../lib/actions/processes/stop-process.ts'
import { status } from '../../../lib/actions/status/status.ts'
import { awsPorts } from '../../../lib/adapters/aws/aws-ports.ts'
import { newIds } from '../../../lib/adapters/ids.ts'
import type { Deployment } from '../../../lib/deployment/deployment.ts'
import { Refusal } from '../../../lib/names/refusal.ts'
import { openSandbox, type Sandbox } from '../../../lib/sandbox/sandbox.ts'
import { pushImage } from '../../../lib/sandbox/push-image.ts'
import { seedShop } from '../../../lib/sandbox/seed/shop.ts'
import { silentAudit } from '../../fakes/silent-audit.ts'
import { type VirtualClock, virtualClock } from '../../fakes/virtual-clock.ts'
import { life, machine, type Life, type Machine, type UnderWay } from './machine.ts'

export const processNames = ['default', 'worker'] as const
export type ProcessName = (typeof processNames)[number]

export const behaviours = ['ok', 'crash', 'unhealthy', 'late-crash'] as const

export const app = 'shop'
export const leaseSeconds = 60

/** What somebody does, on a machine of their own. */
export type Deed = (
  | {
      readonly is: 'deploy'
      readonly process: ProcessName
      readonly image: (typeof behaviours)[number]
      readonly strategy?: string
      readonly isSuperseding: boolean
      readonly isWaiting: boolean
    }
  | {
      readonly is: 'cancel' | 'roll back' | 'stop' | 'start' | 'restart'
      readonly process: ProcessName
    }
  | { readonly is: 'look' }
) & {
  /** By how much the machine's clock is wrong, in milliseconds. */
  readonly skew: number
  /** After how many calls the machine dies. */
  readonly diesAfter?: number
  /** Milliseconds until the next deed. */
  readonly pause: number
}

/** One time for all accounts, which only passes when it is told to. */
export type World = { readonly clock: VirtualClock; readonly underWay: UnderWay }

export function openWorld(): World {
  process.env['AWS_DISABLE_CLOCK_SKEW_CORRECTION'] = 'true'
  const underWay = { calls: 0 }
  return { underWay, clock: virtualClock({ start: Date.now(), isBusy: () => underWay.calls > 0 }) }
}

/** The example app in a sandbox. */
export type LifeAccount = World & {
  readonly sandbox: Sandbox
  /** Of somebody at whose machine nothing goes wrong. */
  readonly ports: Ports
  /** The account as a machine sees it; as somebody else where an access key is named. */
  seenFrom(life: Life, options?: { readonly skew?: number; readonly accessKey?: string }): Machine
  /** Begins a deed and lets time pass; the deed may still be under way then. */
  begin(deed: Deed): Promise<void>
  /** Does a deed to its end: its outcome, or the code of its refusal. */
  end(deed: Deed): Promise<string>
  /** What went wrong in a way that no command may. */
  readonly mistakes: readonly unknown[]
  /** All records, newest first. */
  records(): Promise<readonly Deployment[]>
  close(): Promise<void>
}

export async function openLifeAccount(
  world: World,
  place: { readonly account?: string; readonly region?: string } = {},
): Promise<LifeAccount> {
  const { clock, underWay } = world
  const sandbox = openSandbox({ clock, ...place })
  seedShop(sandbox.world)
  const { url } = await sandbox.listen()
  const { region } = sandbox.world
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_REGION: region,
  }
  const aws = awsPorts({ env, clock })
  const ports: Ports = { ...aws.command, ...newIds(clock), clock, audit: silentAudit }
  await elapsing(clock, aws.setup.ensureTable())
  for (const behaviour of behaviours)
    await pushImage({ url, region, repository: app, tag: behaviour, behaviour })
  const mistakes: unknown[] = []

  const seenFrom: LifeAccount['seenFrom'] = (own, { skew, accessKey } = {}) =>
    machine({
      env: { ...env, ...(accessKey !== undefined && { AWS_ACCESS_KEY_ID: accessKey }) },
      clock,
      life: own,
      ...(skew !== undefined && { skew }),
    })
  const machineOf = ({ skew, diesAfter }: Deed): Machine =>
    seenFrom(life({ underWay, ...(diesAfter !== undefined && { diesAfter }) }), { skew })

  return {
    ...world,
    sandbox,
    ports,
    mistakes,
    seenFrom,
    async begin(deed) {
      done(deed, machineOf(deed)).catch((error: unknown) => mistakes.push(error))
      await clock.pass(deed.pause)
    },
    end: deed =>
      elapsing(clock, done(deed, machineOf(deed))).catch((error: unknown) => {
        mistakes.push(error)
        return 'a mistake'
      }),
    async records() {
      const all: Deployment[] = []
      let from: { from?: string } = {}
      while (true) {
        const { deployments, next } = await ports.records.listDeployments({ app, limit: 100, ...from })
        all.push(...deployments.map(({ record }) => record))
        if (next === undefined) return all
        from = { from: next }
      }
    },
    close: () => sandbox.close(),
  }
}

async function done(deed: Deed, { ports, observer }: Machine): Promise<string> {
  const means = { ports, observer, signal: new AbortController().signal }
  const whole = { ...means, leaseSeconds, dryRun: false, wait: true }
  try {
    switch (deed.is) {
      case 'deploy': {
        const { process, image, strategy, isSuperseding, isWaiting } = deed
        const request = {
          app,
          processes: [process],
          dockerTag: image,
          trigger: 'manual',
          ...(strategy !== undefined && { strategy: { name: strategy, changes: {} } }),
          ...(isSuperseding && { supersede: { reason: 'a hotfix' } }),
        } as const
        return (await drained(deploy(request, { ...whole, wait: isWaiting }))).exit
      }
      case 'cancel': {
        const open = await openDeployments({ app, processes: [deed.process] }, means)
        if (open.is === 'unrecorded') return 'unrecorded'
        return (await drained(cancelDeployments(open, { ...means, wait: true }))).exit
      }
      case 'roll back': {
        const request = { app, cluster: app, processes: [deed.process], config: 'as_it_was' } as const
        const plan = await planRollback(request, { ...means, rebuild: nothingIsGone })
        return (await drained(rollBack(request, plan, whole))).exit
      }
      case 'stop':
        return (await drained(stopProcesses({ app, processes: [deed.process] }, whole))).exit
      case 'start':
        return (await drained(startProcesses({ app, processes: [deed.process] }, whole))).exit
      case 'restart':
        return (await drained(restartProcesses({ app, processes: [deed.process] }, whole))).exit
      case 'look':
        await status({ app }, means)
        return 'seen'
    }
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

async function nothingIsGone(id: string): Promise<never> {
  throw new Error(`the image of ${id} is gone`)
}

/** Work that waits by the clock: time passes until it has its end, for a hundred minutes at most. */
export async function elapsing<Result>(clock: VirtualClock, work: Promise<Result>): Promise<Result> {
  const until = clock.now() + 100 * 60_000
  const over = new AbortController()
  const finished = work.finally(() => over.abort())
  finished.catch(() => {})
  while (!over.signal.aborted) {
    if (clock.now() > until) throw new Error('it comes to no end')
    await clock.pass(1000)
    // Not all of the work is requests that the clock knows of.
    await setTimeout(1)
  }
  return finished
}

export async function drained<End>(events: AsyncGenerator<unknown, End, void>): Promise<End> {
  while (true) {
    const { done: isDone, value } = await events.next()
    if (isDone === true) return value
  }
}
