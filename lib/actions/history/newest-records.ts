import type { Deployment } from '../../deployment/deployment.ts'
import { hasBegun } from '../../deployment/projections.ts'
import type { Records, Stored } from '../../records/records.ts'

type Page = Awaited<ReturnType<Records['listDeployments']>>

const mostPages = 10

/**
 * Reads records, newest first, until one of each process is among them that policies did not hold up, or there are no more. One whose newest lies further back than
 * the pages that are read stays unseen.
 */
export async function newestRecords(
  processes: readonly string[],
  list: (from: { readonly from?: string }) => Promise<Page>,
): Promise<readonly Stored<Deployment>[]> {
  const found: Stored<Deployment>[] = []
  const unseen = new Set(processes)
  let from: { readonly from?: string } = {}
  for (let page = 0; page < mostPages && unseen.size > 0; page += 1) {
    const { deployments, next } = await list(from)
    found.push(...deployments)
    for (const { record } of deployments) if (hasBegun(record)) unseen.delete(record.process)
    if (next === undefined) break
    from = { from: next }
  }
  return found
}
