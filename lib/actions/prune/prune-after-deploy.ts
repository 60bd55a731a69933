import type { Deployment } from '../../deployment/deployment.ts'
import { recordedUses } from '../../images/recorded-uses.ts'
import type { DeployEvent } from '../events.ts'
import type { Gathered } from '../plan/gather.ts'
import type { Ports, Tags } from '../ports.ts'
import { type AccountView, accountView, servicesOf } from './account-view.ts'
import { appHistory } from './app-history.ts'
import { deregisterRevisions } from './deregister-revisions.ts'
import { keepOf } from './keep-of.ts'
import { once } from '../once.ts'
import { removeImages, type Removal } from './remove-images.ts'
import { repositoryPlan, type WantedRepository } from './repository-plan.ts'
import { revisionsOf } from './repository-users.ts'
import { staleRevisions } from './stale-revisions.ts'
import { stoppable } from './stoppable.ts'
import { tellPruned } from './tell-pruned.ts'

export type PruneOptions = {
  readonly ports: Ports
  readonly signal: AbortSignal
  /** What the deploy has read of the app: only services that say how many images to keep are pruned. */
  readonly gathered: Pick<Gathered, 'cluster' | 'processes'>
}

/** Nobody waits longer for their deploy to end, in milliseconds: what is left goes after the next one. */
const longest = 20_000
/** Of all processes together, but one of each in any case: so many does each deploy leave. */
const mostRevisions = 10

/**
 * Lets go what is beyond `images.keep` once deployments are live. Never fails: the deploy has succeeded, whatever becomes of this. Costs no
 * call where no service carries the tag.
 */
export async function pruneAfterDeploy(
  deployments: readonly Deployment[],
  { ports, signal, gathered }: PruneOptions,
): Promise<readonly DeployEvent[]> {
  const prunings = pruningsOf(deployments, gathered)
  if (prunings.length === 0 || signal.aborted) return []
  const over = new AbortController()
  const stop = AbortSignal.any([signal, over.signal])
  const ecs = stoppable(ports.ecs, stop)
  const means: Means = {
    ecs,
    account: once(() => accountView(ecs)),
    imageStore: stoppable(ports.imageStore, stop),
    records: stoppable(ports.records, stop),
    clock: ports.clock,
    signal: stop,
  }
  await Promise.race([
    Promise.all(prunings.map(pruning => prune(pruning, means))),
    ports.clock.sleep(longest, stop),
  ])
  over.abort()
  for (const { wanted, removal, deregistered } of prunings)
    tellPruned({ ...wanted, removed: removal.removed, revisions: deregistered }, ports.audit)
  return prunings.flatMap(pruning => eventsOf(pruning, ports.clock.now(), { isInterrupted: signal.aborted }))
}

type Means = Pick<Ports, 'ecs' | 'imageStore' | 'records' | 'clock'> & {
  /** Read once for all repositories. */
  readonly account: () => Promise<AccountView>
  readonly signal: AbortSignal
}

/** What is to be done to one repository, and what has become of it so far: that is told even if time runs out. */
type Pruning = {
  readonly wanted: WantedRepository
  readonly processes: readonly LiveProcess[]
  readonly mostRevisions: number
  readonly removal: Removal
  readonly deregistered: string[]
  /** Why not all of it could be done. */
  reason?: string
  isOver: boolean
}

type LiveProcess = {
  readonly process: string
  readonly repository: string
  readonly keep: number
  readonly tags: Tags
  /** ARN of the revision that is live now. */
  readonly running: string
}

function pruningsOf(
  deployments: readonly Deployment[],
  { cluster, processes }: PruneOptions['gathered'],
): readonly Pruning[] {
  const live = deployments.flatMap(({ process, repository, state }): LiveProcess[] => {
    const tags = processes.find(each => each.process === process)?.service.tags ?? {}
    const keep = keepOf(tags)
    if (state.is !== 'live' || keep === undefined) return []
    return [{ process, repository, keep, tags, running: state.ecs.taskDefinition }]
  })
  const repositories = [...new Set(live.map(({ repository }) => repository))]
  const share = Math.floor(mostRevisions / repositories.length)
  return repositories.map(repository => {
    const own = live.filter(each => each.repository === repository)
    const wanted = {
      repository,
      app: cluster.name,
      cluster,
      processes: own.map(({ process }) => process),
      keep: Math.max(...own.map(({ keep }) => keep)),
    }
    return {
      wanted,
      processes: own,
      mostRevisions: Math.max(share, own.length),
      removal: { removed: [], refused: [] },
      deregistered: [],
      isOver: false,
    }
  })
}

/** Never rejects. */
async function prune(pruning: Pruning, means: Means): Promise<void> {
  const carefully = async (work: Promise<void>): Promise<void> => {
    try {
      await work
    } catch (error) {
      pruning.reason ??= error instanceof Error ? error.message : String(error)
    }
  }
  await Promise.all([carefully(pruneImages(pruning, means)), carefully(pruneRevisions(pruning, means))])
  pruning.isOver = true
}

async function pruneImages(pruning: Pruning, means: Means): Promise<void> {
  const plan = await repositoryPlan(pruning.wanted, { ports: means, account: means.account, isBrief: true })
  if (plan.is === 'left') pruning.reason = plan.reason
  else await removeImages(plan, means, pruning.removal)
}

async function pruneRevisions(
  { wanted, processes, mostRevisions: most, deregistered }: Pruning,
  means: Means,
): Promise<void> {
  const needed = once(async () => {
    const [services, history] = await Promise.all([
      servicesOf(wanted.app, means.ecs),
      appHistory(wanted, means),
    ])
    const { revisions } = recordedUses({ ...history, ...wanted })
    return new Set([...services.flatMap(revisionsOf), ...revisions])
  })
  const stale: string[] = []
  for (const { tags, running, keep } of processes) {
    const limit = most - stale.length
    stale.push(...(await staleRevisions({ tags, running, needed, keep, limit }, means)))
  }
  await deregisterRevisions(stale, means, deregistered)
}

function eventsOf(
  { wanted: { repository }, removal, deregistered, isOver, reason }: Pruning,
  at: number,
  { isInterrupted }: { readonly isInterrupted: boolean },
): readonly DeployEvent[] {
  const [images, revisions] = [removal.removed.length, deregistered.length]
  const [refused] = removal.refused
  const left = isOver ? reason : `it takes longer than ${longest / 1_000} s`
  const why = left ?? (refused && `ECR keeps ${removal.refused.length} of the images: ${refused.why}`)
  return [
    ...(images + revisions === 0 ? [] : [{ is: 'pruned', at, repository, images, revisions } as const]),
    ...(why === undefined || isInterrupted
      ? []
      : [{ is: 'warned', at, warning: { is: 'not_pruned', repository, reason: why } } as const]),
  ]
}
