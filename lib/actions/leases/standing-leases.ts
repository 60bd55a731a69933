import { isSettled } from '../../deployment/projections.ts'
import type { Lease } from '../../records/lease.ts'
import type { Records } from '../../records/records.ts'

/**
 * The leases that stand in the way: not those whose deployments have come to their ends. Whoever still holds one of these finds out
 * before it changes anything (docs/states.md). What is about to be stopped is live until its record says otherwise.
 */
export async function standingLeases(
  leases: readonly Lease[],
  records: Pick<Records, 'deployments'>,
): Promise<readonly Lease[]> {
  const [first] = leases
  if (first === undefined) return []
  const ids = leases.map(({ deploymentId }) => deploymentId)
  const stored = await records.deployments(first.app, ids)
  const over = new Set(stored.filter(({ record }) => isSettled(record.state)).map(({ record }) => record.id))
  const live = new Set(
    stored.filter(({ record }) => record.state.is === 'live').map(({ record }) => record.id),
  )
  return leases.filter(
    ({ deploymentId, isStopping = false }) =>
      !over.has(deploymentId) || (isStopping && live.has(deploymentId)),
  )
}
