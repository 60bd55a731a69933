import type { Deployment } from '../../deployment/deployment.ts'
import { isInProgress, statusOf } from '../../deployment/projections.ts'
import { Refusal } from '../../names/refusal.ts'
import { newestAndOpen } from '../history/newest-and-open.ts'
import type { Observer } from '../observe/observer.ts'
import type { Ports } from '../ports.ts'
import { reconcile } from '../settle/reconcile.ts'

/**
 * The newest records of processes, brought up to date, as the pointers are then too; refuses where a deployment is on its way. What is
 * being stopped, or waits for an approval, is not.
 */
export async function noneInProgress(
  of: { readonly app: string; readonly processes: readonly string[] },
  { ports, observer }: { readonly ports: Ports; readonly observer: Observer },
): Promise<readonly Deployment[]> {
  const present = await reconcile(await newestAndOpen(of, ports.records), { ports, observer })
  const records = present.map(({ record }) => record)
  const open = records.find(({ state }) => isInProgress(state) && state.is !== 'stopping')
  if (open === undefined) return records
  const { app, id, process, state } = open
  throw new Refusal({
    code: 'in_progress',
    message: `a deployment of ${process} is in progress: ${id} (${statusOf(state).replaceAll('_', ' ')}).`,
    advice: `tapit -a ${app} show deploy id=${id} shows it; tapit -a ${app} cancel deploy id=${id} turns it back.`,
  })
}
