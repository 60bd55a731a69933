import { type Deployment, enter } from '../../deployment/deployment.ts'
import type { Cancellation } from '../../deployment/state.ts'
import type { Stored } from '../../records/records.ts'
import { keep } from '../keep.ts'
import type { Ports } from '../ports.ts'

/** Ends a deployment that ECS was not asked for: another command has taken its lease over. */
export async function giveWay(
  stored: Stored<Deployment>,
  { records, clock }: Pick<Ports, 'records' | 'clock'>,
): Promise<Stored<Deployment>> {
  const { app, process } = stored.record
  const successor = (await records.lease(app, process))?.deploymentId
  const cancellation: Cancellation = { code: 'superseded', ...(successor !== undefined && { successor }) }
  const cancelled = enter(stored.record, { is: 'cancelled', reached: 'building', cancellation }, clock.now())
  return keep(records, stored, cancelled)
}
