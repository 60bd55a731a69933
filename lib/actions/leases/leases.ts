import type { Clock } from '../../names/clock.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Lease } from '../../records/lease.ts'
import type { Records } from '../../records/records.ts'
import type { DeployEvent } from '../events.ts'
import { isAbandoned } from './lease-age.ts'
import { standingLeases } from './standing-leases.ts'
import { whoHolds } from './who-holds.ts'
import { Trouble } from '../trouble.ts'

export type LeaseWish = {
  readonly process: string
  readonly deploymentId: string
  /** Its image is built first; `built` says when it is there. */
  readonly isBuilding?: boolean
  /** Its process is to be stopped: the deployment is the active one. */
  readonly isStopping?: boolean
}

/** The leases of one command: taken before anything changes, renewed while it works, given back at the end. */
export type Leases = {
  /**
   * Takes the leases of all these processes, or of none: refuses if another command holds one. Those that look abandoned are watched
   * side by side before they are taken over; those of deployments that are over are taken over at once, and so is all by `supersede`.
   */
  take(
    wishes: readonly LeaseWish[],
    options: { readonly supersede: boolean },
  ): AsyncGenerator<DeployEvent, void, void>
  /** Renews those that are due. A lease that was lost is not renewed again. */
  beat(): Promise<void>
  /** Renews all while something else goes on, which it answers. */
  beatDuring<Result>(work: Promise<Result>): Promise<Result>
  /** Renews the lease right before a mutation: whoever lost it must not change anything any more. */
  confirm(process: string): Promise<'held' | 'lost'>
  /** From its next renewal on, the lease no longer says that an image is being built. */
  built(process: string): void
  /** Whether it was still ours when it was last renewed. */
  holds(process: string): boolean
  /** Gives it back; where that cannot be done, it runs out. */
  release(process: string): Promise<void>
}

export type LeaseOptions = {
  readonly app: string
  readonly holder: string
  readonly seconds: number
  readonly caller: string
  readonly initiator?: string
  /** Aborted when nobody waits for a lease any longer. */
  readonly signal?: AbortSignal
}

const takeOverAttempts = 3

/** Whether a lease is taken over although it is no longer as it was first seen. */
type GoesOn = (first: Lease, present: Lease) => boolean

const always: GoesOn = () => true
/** A renewal shows that whoever was taken for dead is alive. */
const never: GoesOn = () => false
const ofSameDeployment: GoesOn = (first, present) => first.deploymentId === present.deploymentId

export function createLeases(
  records: Records,
  clock: Clock,
  { app, holder, seconds, caller, initiator, signal }: LeaseOptions,
): Leases {
  const held = new Map<string, Lease>()
  /** Whose images were built meanwhile. */
  const built = new Set<string>()
  const renewEvery = (seconds * 1000) / 3

  async function* take(
    wishes: readonly LeaseWish[],
    { supersede }: { readonly supersede: boolean },
  ): AsyncGenerator<DeployEvent, void, void> {
    const since = clock.now()
    const inTheWay: { readonly wish: Lease; readonly standing: Lease }[] = []
    for (const each of wishes) {
      const wish = leaseOf(each, since)
      const standing = await tryTake(wish)
      if (standing === undefined) continue
      if (!supersede && (await isOver(standing))) {
        await takeOver(wish, standing, ofSameDeployment)
        continue
      }
      if (!supersede && !isAbandoned(standing, since)) refuseInProgress(standing)
      inTheWay.push({ wish, standing })
    }
    if (!supersede) {
      for (const { standing } of inTheWay) yield waitingFor(standing, since)
      await Promise.all(inTheWay.map(({ standing }) => seeUnchanged(standing)))
    }
    const goesOn = supersede ? always : never
    for (const { wish, standing } of inTheWay) await takeOver(wish, standing, goesOn)
  }

  async function isOver(lease: Lease): Promise<boolean> {
    return (await standingLeases([lease], records)).length === 0
  }

  /** Its holder may live, and renew it meanwhile: where it goes on from there, it is taken from the version that stands then. */
  async function takeOver(wish: Lease, first: Lease, goesOn: GoesOn): Promise<void> {
    let standing = first
    for (let attempt = 0; attempt < takeOverAttempts; attempt += 1) {
      const next = { ...wish, version: standing.version + 1, renewedAt: clock.now() }
      const present = await tryTake(next, standing)
      if (present === undefined) return
      standing = present
      if (!goesOn(first, present)) break
    }
    refuseInProgress(standing)
  }

  function leaseOf(
    { process, deploymentId, isBuilding = false, isStopping = false }: LeaseWish,
    now: number,
  ): Lease {
    return {
      app,
      process,
      deploymentId,
      holder,
      version: 1,
      seconds,
      caller,
      ...(initiator !== undefined && { initiator }),
      ...(isBuilding && { isBuilding }),
      ...(isStopping && { isStopping }),
      since: now,
      renewedAt: now,
    }
  }

  /** The lease that stands in the way, if one does. */
  async function tryTake(wish: Lease, replacing?: Lease): Promise<Lease | undefined> {
    const answer = await records.takeLease(wish, replacing)
    if (answer.taken) {
      held.set(wish.process, wish)
      return undefined
    }
    return answer.held ?? tryTake(wish)
  }

  /** Sees that nobody renews it for as long as it lasts, on our own clock: clocks differ, versions do not. Ours go on meanwhile. */
  async function seeUnchanged(lease: Lease): Promise<void> {
    const until = clock.now() + lease.seconds * 1000
    while (clock.now() < until) {
      await clock.sleep(Math.min(until - clock.now(), (lease.seconds * 1000) / 6), signal)
      if (signal?.aborted) refuseInProgress(lease)
      await beat()
      const present = await records.lease(app, lease.process)
      if (present === undefined) return
      if (present.version !== lease.version || present.holder !== lease.holder) refuseInProgress(present)
    }
  }

  async function beat(): Promise<void> {
    const due = [...held.values()].filter(({ renewedAt }) => clock.now() - renewedAt >= renewEvery)
    await Promise.all(due.map(renew))
  }

  async function beatDuring<Result>(work: Promise<Result>): Promise<Result> {
    const done = new AbortController()
    const finished = work.finally(() => done.abort())
    const beating = (async () => {
      while (!done.signal.aborted) {
        await clock.sleep(renewEvery / 2, done.signal)
        if (!done.signal.aborted) await beat().catch(ignoreTrouble)
      }
    })()
    await Promise.allSettled([finished, beating])
    return finished
  }

  async function renew({ isBuilding, ...lease }: Lease): Promise<'held' | 'lost'> {
    const isStill = isBuilding === true && !built.has(lease.process)
    const renewed = await records.renewLease({ ...lease, ...(isStill && { isBuilding }) }, clock.now())
    if (renewed === 'lost') held.delete(lease.process)
    else held.set(lease.process, renewed)
    return renewed === 'lost' ? 'lost' : 'held'
  }

  return {
    take,
    beat,
    beatDuring,
    built: process => void built.add(process),
    holds: process => held.has(process),
    async confirm(process) {
      const lease = held.get(process)
      return lease === undefined ? 'lost' : renew(lease)
    },
    async release(process) {
      const lease = held.get(process)
      held.delete(process)
      if (lease === undefined) return
      // Where that fails it runs out by itself.
      await records.releaseLease(lease).catch(ignoreTrouble)
    },
  }
}

function waitingFor({ process, initiator, caller, seconds }: Lease, at: number): DeployEvent {
  return { is: 'waiting_for_lease', at, process, holder: initiator ?? caller, seconds }
}

/** What the next renewal or confirmation will tell as well. */
function ignoreTrouble(error: unknown): void {
  if (!(error instanceof Trouble)) throw error
}

function refuseInProgress(lease: Lease): never {
  const { app, process, deploymentId } = lease
  throw new Refusal({
    code: 'in_progress',
    message: `another deployment of ${process} is in progress: ${whoHolds(lease)}.`,
    advice: `tapit -a ${app} show deploy id=${deploymentId} shows it; create deploy --supersede reason=… takes over.`,
  })
}
