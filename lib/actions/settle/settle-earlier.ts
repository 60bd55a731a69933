import { type CountChange, type Deployment, enter } from '../../deployment/deployment.ts'
import { hasBegun, isInProgress, statusOf } from '../../deployment/projections.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Stored } from '../../records/records.ts'
import { finalize, needsTidying } from './finalize.ts'
import { keep } from '../keep.ts'
import { newestAndOpen } from '../history/newest-and-open.ts'
import type { Observer } from '../observe/observer.ts'
import type { Ports } from '../ports.ts'
import { reconcile } from './reconcile.ts'

export type SettleOptions = {
  readonly isSuperseding: boolean
  readonly ports: Ports
  readonly observer: Observer
}

/** What an earlier deployment has changed of a service for its own time only. */
export type ToPutBack = {
  readonly count?: CountChange
  readonly restore?: Deployment['restore']
  /** The service had `restore` back already. */
  readonly isRestored?: boolean
}

/**
 * Settles what earlier commands left of the processes whose leases were just taken: records are brought up to date, revisions that
 * must not stay the newest go. The records know of a deployment that ECS does not show yet: one that is still on its way is refused
 * unless it is to be superseded. Answers, by process, what was to be put back when those ended, and is not: the next deployments take it over.
 */
export async function settleEarlier(
  app: string,
  next: readonly Deployment[],
  { isSuperseding, ports, observer }: SettleOptions,
): Promise<ReadonlyMap<string, ToPutBack>> {
  const processes = next.map(({ process }) => process)
  const found = await newestAndOpen({ app, processes }, ports.records)
  // What waits for an approval has changed nothing yet.
  const earlier = await endStops(
    found.filter(({ record }) => hasBegun(record)),
    ports,
  )
  const successors = new Map(next.map(({ process, id }) => [process, id]))
  const present = await reconcile(earlier, {
    ports,
    observer,
    unattended: true,
    ...(isSuperseding && { successors }),
  })
  for (const each of present.filter(({ record }) => needsTidying(record))) {
    const { deployment } = await finalize(each.record, ports)
    await keep(ports.records, each, deployment)
  }
  const onItsWay = present.find(({ record }) => isInProgress(record.state))
  if (onItsWay !== undefined && !isSuperseding) refuse(onItsWay.record)
  return toPutBack(earlier, present)
}

/** Whoever holds the lease starts the process again, or stops it anew: a stop whose tasks are still going is over for that. */
async function endStops(
  found: readonly Stored<Deployment>[],
  ports: Ports,
): Promise<readonly Stored<Deployment>[]> {
  return Promise.all(
    found.map(async each => {
      const { state } = each.record
      if (state.is !== 'stopping') return each
      const stopped = enter(each.record, { is: 'stopped', ecs: state.ecs }, ports.clock.now())
      return keep(ports.records, each, (await finalize(stopped, ports)).deployment)
    }),
  )
}

function toPutBack(
  earlier: readonly Stored<Deployment>[],
  present: readonly Stored<Deployment>[],
): ReadonlyMap<string, ToPutBack> {
  const live = new Set(present.flatMap(({ record }) => (record.state.is === 'live' ? record.id : [])))
  return new Map(
    earlier.flatMap(({ record: { id, process, count, isTidiedUp = false, restore, isRestored = false } }) => {
      const isCountChanged = count !== undefined && !isTidiedUp && !live.has(id)
      if (!isCountChanged && restore === undefined) return []
      const what = { ...(isCountChanged && { count }), ...(restore && { restore, isRestored }) }
      return [[process, what] as const]
    }),
  )
}

function refuse({ app, id, process, initiator, caller, createdAt, state }: Deployment): never {
  const who = initiator === undefined ? caller : `${initiator} (${caller})`
  throw new Refusal({
    code: 'in_progress',
    message: `another deployment of ${process} is in progress: ${id} by ${who}, since ${new Date(createdAt).toISOString()} (${statusOf(state).replaceAll('_', ' ')}).`,
    advice: `tapit -a ${app} show deploy id=${id} shows it; create deploy --supersede reason=… takes over.`,
  })
}
