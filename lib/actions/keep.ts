import type { Deployment } from '../deployment/deployment.ts'
import type { Records, Stored } from '../records/records.ts'

/**
 * Writes a deployment, or answers what another command wrote in between: then nothing was written, and whoever asked looks at AWS
 * again before writing.
 */
export async function keep(
  records: Records,
  before: Stored<Deployment>,
  next: Deployment,
): Promise<Stored<Deployment>> {
  if (next === before.record) return before
  const answer = await records.saveDeployment(next, before.version)
  if (answer !== 'conflict') return answer
  const present = await records.deployment(next.app, next.id)
  if (present === undefined) throw new Error(`the record ${next.id} is gone`)
  return present
}
