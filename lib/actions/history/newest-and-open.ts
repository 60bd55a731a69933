import type { Deployment } from '../../deployment/deployment.ts'
import { hasBegun, isSettled } from '../../deployment/projections.ts'
import type { Records, Stored } from '../../records/records.ts'
import { newestRecords } from './newest-records.ts'

const pageSize = 100

/**
 * The newest record of each process, and those that are still open, newest first: one that was to be superseded, and was not, is older
 * than the attempt, and still in progress.
 */
export async function newestAndOpen(
  { app, processes }: { readonly app: string; readonly processes: readonly string[] },
  records: Pick<Records, 'listDeployments'>,
): Promise<readonly Stored<Deployment>[]> {
  const found = await newestRecords(processes, from =>
    records.listDeployments({ app, processes, limit: pageSize, ...from }),
  )
  const missing = new Set(processes)
  return found.filter(
    ({ record }) => (hasBegun(record) && missing.delete(record.process)) || !isSettled(record.state),
  )
}
