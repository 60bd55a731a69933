import { advance } from '../../deployment/advance.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import type { Observation } from '../../deployment/observation.ts'
import { isInProgress, isSettled } from '../../deployment/projections.ts'
import type { Stored } from '../../records/records.ts'
import { isWaiting, settleExpired } from '../approvals/settle-expired.ts'
import { finalize, isOwedItsConfiguration, isTurnedBack } from './finalize.ts'
import { finishStop, isHalfStopped } from './finish-stop.ts'
import { keep } from '../keep.ts'
import { isForgotten } from '../leases/lease-age.ts'
import { nameSuccessor } from './name-successor.ts'
import { isOwedItsScaling } from './resume-scaling.ts'
import type { Observer } from '../observe/observer.ts'
import type { Ports } from '../ports.ts'
import { Trouble } from '../trouble.ts'

export type ReconcileOptions = {
  /** Without `identity`, approvals that nobody gave in time are left for whoever looks next. */
  readonly ports: Pick<Ports, 'records' | 'clock' | 'ecs' | 'scaling' | 'newToken'> &
    Partial<Pick<Ports, 'identity'>>
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
  found: readonly Stored<Deployment>[],
  options: ReconcileOptions,
): Promise<readonly Stored<Deployment>[]> {
  const { observer, ports, unattended } = options
  const current = await withoutExpired(found, ports)
  // Whoever knows that nobody follows them holds their leases, and puts an end to stops as it needs.
  const stored =
    unattended === undefined
      ? await Promise.all(
          current.map(async each => (isHalfStopped(each.record) ? finishStop(each, ports) : each)),
        )
      : current
  const open = stored.filter(({ record }) => isInProgress(record.state))
  const untidy = newestOfEach(stored).filter(
    ({ record }) => isOwedItsConfiguration(record) || isOwedItsScaling(record),
  )
  if (open.length === 0 && untidy.length === 0) return stored
  const [seen, followed] = await Promise.all([
    open.length === 0
      ? new Map<string, Observation>()
      : observer.look(
          open.map(({ record }) => record),
          { isOnlyLook: true },
        ),
    options.unattended === undefined ? followedIds(open, ports) : new Set<string>(),
  ])
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
      return keep(
        ports.records,
        each,
        isOver ? (await finalize(next, { ...ports, atHand: stored })).deployment : next,
      )
    }),
  )
}

/** Whoever cannot ask who they are, and so what time it is, sees them as they are written. */
async function withoutExpired(
  stored: readonly Stored<Deployment>[],
  { records, clock, identity }: ReconcileOptions['ports'],
): Promise<readonly Stored<Deployment>[]> {
  if (identity === undefined || !stored.some(isWaiting)) return stored
  try {
    return await settleExpired(stored, { records, clock, identity })
  } catch (error) {
    if (error instanceof Trouble) return stored
    throw error
  }
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
