import type { Clock } from '../names/clock.ts'
import { Refusal } from '../names/refusal.ts'
import type { Lease } from '../records/lease.ts'
import type { Records } from '../records/records.ts'
import type { DeployEvent } from './events.ts'
import { isAbandoned } from './lease-age.ts'
import { Trouble } from './trouble.ts'

/** The leases of one command: taken before anything changes, renewed while it works, given back at the end. */
export type Leases = {
  /** Takes the lease of a process; refuses if another command holds it. Watches a lease that looks abandoned before taking it over. */
  take(wish: {
    process: string
    deploymentId: string
    supersede: boolean
  }): AsyncGenerator<DeployEvent, void, void>
  /** Renews those that are due. A lease that was lost is not renewed again. */
  beat(): Promise<void>
  /** Renews the lease right before a mutation: whoever lost it must not change anything any more. */
  confirm(process: string): Promise<'held' | 'lost'>
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

export function createLeases(
  records: Records,
  clock: Clock,
  { app, holder, seconds, caller, initiator, signal }: LeaseOptions,
): Leases {
  const held = new Map<string, Lease>()
  const renewEvery = (seconds * 1000) / 3

  async function* take({
    process,
    deploymentId,
    supersede,
  }: {
    process: string
    deploymentId: string
    supersede: boolean
  }): AsyncGenerator<DeployEvent, void, void> {
    const now = clock.now()
    const wish: Lease = {
      app,
      process,
      deploymentId,
      holder,
      version: 1,
      seconds,
      caller,
      ...(initiator !== undefined && { initiator }),
      since: now,
      renewedAt: now,
    }
    let standing = await tryTake(wish)
    if (standing === undefined) return
    if (!supersede && isAbandoned(standing, now)) {
      yield {
        is: 'waiting_for_lease',
        at: now,
        process,
        holder: standing.initiator ?? standing.caller,
        seconds: standing.seconds,
      }
      if (!(await isUnchanged(standing))) refuseInProgress(standing)
    } else if (!supersede) {
      refuseInProgress(standing)
    }
    // Whoever is superseded still renews its lease: taken from the version that stands now.
    for (let attempt = 0; attempt < (supersede ? takeOverAttempts : 1); attempt += 1) {
      standing = await tryTake({ ...wish, version: standing.version + 1, renewedAt: clock.now() }, standing)
      if (standing === undefined) return
    }
    refuseInProgress(standing)
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

  /** Whether nobody renews it for as long as it lasts, on our own clock: clocks differ, versions do not. */
  async function isUnchanged(lease: Lease): Promise<boolean> {
    const until = clock.now() + lease.seconds * 1000
    while (clock.now() < until) {
      await clock.sleep(Math.min(until - clock.now(), (lease.seconds * 1000) / 6), signal)
      if (signal?.aborted) return false
      const present = await records.lease(app, lease.process)
      if (present === undefined) return true
      if (present.version !== lease.version || present.holder !== lease.holder) return false
    }
    return true
  }

  async function renew(lease: Lease): Promise<'held' | 'lost'> {
    const renewed = await records.renewLease(lease, clock.now())
    if (renewed === 'lost') held.delete(lease.process)
    else held.set(lease.process, renewed)
    return renewed === 'lost' ? 'lost' : 'held'
  }

  return {
    take,
    async beat() {
      const due = [...held.values()].filter(({ renewedAt }) => clock.now() - renewedAt >= renewEvery)
      await Promise.all(due.map(renew))
    },
    async confirm(process) {
      const lease = held.get(process)
      return lease === undefined ? 'lost' : renew(lease)
    },
    async release(process) {
      const lease = held.get(process)
      held.delete(process)
      if (lease === undefined) return
      try {
        await records.releaseLease(lease)
      } catch (error) {
        // It runs out by itself.
        if (!(error instanceof Trouble)) throw error
      }
    },
  }
}

function refuseInProgress({ process, deploymentId, caller, initiator, since }: Lease): never {
  const who = initiator === undefined ? caller : `${initiator} (${caller})`
  throw new Refusal({
    code: 'in_progress',
    message: `another deployment of ${process} is in progress: ${deploymentId} by ${who}, since ${new Date(since).toISOString()}.`,
    advice: `Follow it with tapit show deploy id=${deploymentId}, or take over with --supersede reason=…`,
  })
}
