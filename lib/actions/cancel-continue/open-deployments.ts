import type { Deployment } from '../../deployment/deployment.ts'
import { isInProgress, isSettled } from '../../deployment/projections.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { Stored } from '../../records/records.ts'
import { findDeployments } from '../history/find-deployments.ts'
import { newestAndOpen } from '../history/newest-and-open.ts'
import type { Observer } from '../observe/observer.ts'
import type { Ports } from '../ports.ts'
import { reconcile } from '../settle/reconcile.ts'
import { type Unrecorded, unrecordedDeployments } from './unrecorded-deployments.ts'

export type OpenRequest = {
  readonly app: string
  /** @default - the newest deployments of the named processes, else the newest group */
  readonly id?: string
  readonly processes?: readonly string[]
}

/** What a decision can still be made on: records that are brought up to date, or what ECS is at without tapit. */
export type OpenDeployments =
  | { readonly is: 'recorded'; readonly group: Group; readonly open: readonly Stored<Deployment>[] }
  | { readonly is: 'unrecorded'; readonly found: readonly Unrecorded[] }

/**
 * Finds what is still in progress. A process that is named is looked for in ECS too: a deployment that tapit did not make can be decided on
 * only by whoever names its process, never by accident. Refuses where nothing is in progress.
 */
export async function openDeployments(
  request: OpenRequest,
  { ports, observer }: { readonly ports: Ports; readonly observer: Observer },
): Promise<OpenDeployments> {
  const { app, id, processes } = request
  const isByProcess = id === undefined && processes !== undefined
  const candidates = isByProcess ? await newestOf(processes, app, ports) : await ofGroup(request, ports)
  const present = await reconcile(candidates.deployments, { ports, observer })
  const open = openOf(present, { isByProcess })
  const { group } = candidates
  const recorded = new Set(open.map(({ record }) => record.process))
  const rest = isByProcess ? processes.filter(process => !recorded.has(process)) : []
  const found = rest.length === 0 ? [] : await unrecordedDeployments({ app, processes: rest }, ports)
  const [first] = found
  if (open.length > 0 && first !== undefined) refuseMixed(app, first.process, [...recorded])
  if (open.length > 0 && group !== undefined) return { is: 'recorded', group, open }
  if (found.length > 0) return { is: 'unrecorded', found }
  return refuseNothingOpen(request, group)
}

/** Whoever names a process means what is under way there; what waits for an approval only where nothing is. */
function openOf(
  present: readonly Stored<Deployment>[],
  { isByProcess }: { readonly isByProcess: boolean },
): readonly Stored<Deployment>[] {
  const open = present.filter(({ record }) => !isSettled(record.state))
  const underWay = open.filter(({ record }) => isInProgress(record.state))
  return isByProcess && underWay.length > 0 ? underWay : open
}

type Candidates = { readonly group?: Group; readonly deployments: readonly Stored<Deployment>[] }

async function ofGroup({ app, id, processes }: OpenRequest, { records }: Ports): Promise<Candidates> {
  const { group, deployments } = await findDeployments(app, id, records)
  return {
    group,
    deployments: deployments.filter(({ record }) => processes?.includes(record.process) ?? true),
  }
}

/** The newest of each, whatever was deployed of other processes since. */
async function newestOf(processes: readonly string[], app: string, { records }: Ports): Promise<Candidates> {
  const deployments = await newestAndOpen({ app, processes }, records)
  const [newest = deployments[0]] = openOf(deployments, { isByProcess: true })
  const group = newest && (await records.group(app, newest.record.groupId))
  return { deployments, ...(group && { group }) }
}

/** What happens to both would be told in two ways, and written down of one. */
function refuseMixed(app: string, process: string, recorded: readonly string[]): never {
  throw new Refusal({
    code: 'not_all_recorded',
    message: `ECS is at a deployment of ${process} that tapit did not make; those of ${recorded.join(', ')} are tapit's.`,
    advice: `Decide on each by itself: tapit -a ${app} status shows them.`,
  })
}

function refuseNothingOpen({ app, id, processes }: OpenRequest, group: Group | undefined): never {
  const what =
    id ??
    (processes === undefined
      ? `${group?.id}, the newest group of ${app},`
      : `the process${processes.length === 1 ? '' : 'es'} ${processes.join(', ')}`)
  throw new Refusal({
    code: 'nothing_in_progress',
    message: `nothing of ${what} is in progress.`,
    advice:
      group === undefined
        ? `tapit -a ${app} status shows what runs.`
        : `tapit -a ${app} show deploy id=${id ?? group.id} says how it ended.`,
  })
}
