import { hasBegun } from '../../deployment/projections.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Stored } from '../../records/records.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import type { DeployEnd } from '../deploy/deploy-options.ts'
import type { DeployEvent } from '../events.ts'
import { isAbandoned } from '../leases/lease-age.ts'
import type { Ports } from '../ports.ts'
import { Trouble } from '../trouble.ts'
import { isWaiting } from './settle-expired.ts'
import type { Approved } from './take-up.ts'

export type UnlessBegunOptions = {
  readonly ports: Pick<Ports, 'records' | 'clock'>
  /** Aborted when nobody waits any longer. */
  readonly signal: AbortSignal
}

/** Between its lease and its record a command that starts something reads from AWS, in milliseconds. */
const lookEvery = 500

/**
 * Starts what was approved, unless another command does so at the same moment: then it ends, once that has begun, without an end of its
 * own. What is refused for another reason stays refused.
 */
export async function* unlessBegun(
  starting: AsyncGenerator<DeployEvent, DeployEnd, void>,
  { group: { app }, stored }: Approved,
  { ports, signal }: UnlessBegunOptions,
): AsyncGenerator<DeployEvent, DeployEnd | undefined, void> {
  const { records, clock } = ports
  const ids = stored.map(({ record }) => record.id)
  let isOurs = false
  try {
    while (true) {
      const { done, value } = await starting.next()
      if (done === true) return value
      isOurs ||= value.is === 'recorded'
      yield value
    }
  } catch (error) {
    const isRefused = error instanceof Refusal && !(error instanceof Trouble)
    if (isOurs || !isRefused || signal.aborted) throw error
    const present = await onceTheyHaveBegun()
    if (!present.every(({ record }) => hasBegun(record))) throw error
    return undefined
  }

  /** The records, as soon as none of them is about to be started by another command. */
  async function onceTheyHaveBegun(): Promise<readonly Stored<Deployment>[]> {
    while (true) {
      const present = await records.deployments(app, ids)
      const waiting = present.filter(isWaiting)
      const standing = await Promise.all(waiting.map(isAboutToBegin))
      if (signal.aborted || standing.length === 0 || !standing.every(Boolean)) return present
      await clock.sleep(lookEvery, signal)
    }
  }

  async function isAboutToBegin({ record: { process, id } }: Stored<Deployment>): Promise<boolean> {
    const lease = await records.lease(app, process)
    return lease?.deploymentId === id && !isAbandoned(lease, clock.now())
  }
}
