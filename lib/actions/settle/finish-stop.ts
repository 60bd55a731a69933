import type { Deployment } from '../../deployment/deployment.ts'
import type { Stored } from '../../records/records.ts'
import { carryOutStop } from './carry-out-stop.ts'
import { isForgotten } from '../leases/lease-age.ts'
import type { Ports } from '../ports.ts'
import { Trouble } from '../trouble.ts'

/** Whether its command died, or was refused, before all was asked that a stop takes. */
export function isHalfStopped({ state, stop }: Deployment): boolean {
  return state.is === 'stopping' && stop !== undefined && stop.askedAt === undefined
}

/** For as long as it takes; nobody renews it, and what changes anything is fenced by its record as well. */
const seconds = 60

/** Goes on with a stop that nobody is at any more. While somebody has the lease of its process it is left to them. */
export async function finishStop(
  stored: Stored<Deployment>,
  ports: Pick<Ports, 'records' | 'ecs' | 'scaling' | 'clock' | 'newToken'>,
): Promise<Stored<Deployment>> {
  const { records, clock } = ports
  const { app, process, id, stop } = stored.record
  const now = clock.now()
  const standing = await records.lease(app, process)
  if (standing !== undefined && !isForgotten(standing, now)) return stored
  const lease = {
    app,
    process,
    deploymentId: id,
    holder: ports.newToken(),
    version: (standing?.version ?? 0) + 1,
    seconds,
    caller: stop?.by ?? '',
    since: now,
    renewedAt: now,
    isStopping: true,
  }
  if (!(await records.takeLease(lease, standing)).taken) return stored
  let held = lease
  const confirm = async (): Promise<'held' | 'lost'> => {
    const renewed = await records.renewLease(held, clock.now())
    if (renewed === 'lost') return 'lost'
    held = { ...held, version: renewed.version, renewedAt: renewed.renewedAt }
    return 'held'
  }
  try {
    return await carryOutStop(stored, { ports, confirm })
  } catch (error) {
    // Whoever only reads may not be allowed to: then it waits for somebody who is.
    if (error instanceof Trouble) return stored
    throw error
  } finally {
    await records.releaseLease(held)
  }
}
