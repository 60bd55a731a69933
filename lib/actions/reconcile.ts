import { advance } from '../deployment/advance.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { Observation } from '../deployment/observation.ts'
import { isSettled } from '../deployment/projections.ts'
import type { Stored } from '../records/records.ts'
import { finalize, isOwedItsConfiguration, isTurnedBack } from './finalize.ts'
import { keep } from './keep.ts'
import { isForgotten } from './lease-age.ts'
import { nameSuccessor } from './name-successor.ts'
import type { Observer } from './observe/observer.ts'
import type { Ports } from './ports.ts'

export type ReconcileOptions = {
  readonly ports: Pick<Ports, 'records' | 'clock' | 'ecs'>
  readonly observer: Observer
  /** Whether nobody follows them; left out, their leases tell. */
  readonly unattended?: boolean
  /** The deployments that take over, by process. */
  readonly successors?: ReadonlyMap<string, string>
}

/**
 * Brings records up to what ECS says: the command that made them may have died, or never have waited. What deployments that have ended
 * left in ECS is put away. Answers all of them; those that are settled cost no call.
 */
export async function reconcile(
  stored: readonly Stored<Deployment>[],
  options: ReconcileOptions,
): Promise<readonly Stored<Deployment>[]> {
  const { observer, ports } = options
  const open = stored.filter(({ record }) => !isSettled(record.state))
  const untidy = newestOfEach(stored).filter(({ record }) => isOwedItsConfiguration(record))
  if (open.length === 0 && untidy.length === 0) return stored
  const seen =
    open.length === 0
      ? new Map<string, Observation>()
      : await observer.look(
          open.map(({ record }) => record),
          { isOnlyLook: true },
        )
  const followed = options.unattended === undefined ? await followedIds(open, ports) : new Set<string>()
  return Promise.all(
    stored.map(async each => {
      if (untidy.includes(each))
        return keep(ports.records, each, (await finalize(each.record, ports)).deployment)
      const observation = seen.get(each.record.id)
      if (observation === undefined || observation.lost !== undefined) return each
      const takesOver = options.successors?.get(each.record.process)
      const advanced = advance(each.record, {
        ...(takesOver !== undefined && {
          successor: { serviceDeployment: takesOver, createdAt: ports.clock.now() },
        }),
        ...observation,
        unattended: !followed.has(each.record.id),
        isFollowed: followed.has(each.record.id),
      })
      const next = await nameSuccessor(advanced, ports.records)
      // Whoever may not tidy up leaves it to the next deploy.
      const isOver = isSettled(next.state) || isTurnedBack(next, observation)
      return keep(ports.records, each, isOver ? (await finalize(next, ports)).deployment : next)
    }),
  )
}

/** Of older ones a newer deployment has taken over what they owed. */
function newestOfEach(stored: readonly Stored<Deployment>[]): readonly Stored<Deployment>[] {
  const newest = new Map<string, Stored<Deployment>>()
  for (const each of stored) {
    const { app, process, createdAt } = each.record
    const known = newest.get(`${app} ${process}`)
    if (known === undefined || known.record.createdAt < createdAt) newest.set(`${app} ${process}`, each)
  }
  return [...newest.values()]
}

/** The deployments that a command still follows, by their leases. */
async function followedIds(
  open: readonly Stored<Deployment>[],
  { records, clock }: ReconcileOptions['ports'],
): Promise<ReadonlySet<string>> {
  const apps = [...new Set(open.map(({ record }) => record.app))]
  const leases = await Promise.all(apps.map(app => records.leases(app)))
  return new Set(
    leases
      .flat()
      .filter(lease => !isForgotten(lease, clock.now()))
      .map(({ deploymentId }) => deploymentId),
  )
}
