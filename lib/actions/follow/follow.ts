import { advance } from '../../deployment/advance.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import type { Observation } from '../../deployment/observation.ts'
import { failureOf, isSettled } from '../../deployment/projections.ts'
import type { DeployEvent } from '../events.ts'
import { evidenceLines } from './evidence-lines.ts'
import { finalize, isTurnedBack } from '../settle/finalize.ts'
import type { Followed } from './followed.ts'
import { keep } from '../keep.ts'
import { isForgotten } from '../leases/lease-age.ts'
import type { Leases } from '../leases/leases.ts'
import { misplacedTraffic } from '../services/misplaced-traffic.ts'
import { nameSuccessor } from '../settle/name-successor.ts'
import type { Observer } from '../observe/observer.ts'
import type { Ports } from '../ports.ts'
import { reconcile } from '../settle/reconcile.ts'
import { productionRulesOf, trafficOf } from '../services/traffic-now.ts'
import { Trouble, isPassing } from '../trouble.ts'
import { turnBack } from './turn-back.ts'

export type FollowOptions = {
  readonly observer: Observer
  readonly leases: Leases
  readonly ports: Ports
  /** Aborted when nobody waits any longer. */
  readonly signal: AbortSignal
  /** Events of what goes on beside the following, taken along at every turn. */
  readonly beside: DeployEvent[]
}

/** While deployments are still being asked for, their events should not wait longer, in milliseconds. */
const whileApplying = 200

/**
 * Follows deployments to their ends, each by itself: observe, judge, advance, write down. Ends when all are settled, when nobody
 * waits any longer, or when AWS no longer tells how they stand.
 */
export async function* follow(
  followed: readonly Followed[],
  options: FollowOptions,
): AsyncGenerator<DeployEvent, 'settled' | 'left' | 'unknown', void> {
  const { observer, ports, signal, beside } = options
  const { clock } = ports
  while (true) {
    yield* beside.splice(0)
    const open = followed.filter(isFollowed)
    yield* await turn(open, options)
    const lost = followed.filter(({ lostBecause }) => lostBecause !== undefined)
    if (followed.every(each => each.isFinal || each.lostBecause !== undefined)) {
      yield* beside.splice(0)
      if (lost.length === 0) return 'settled'
      yield {
        is: 'unknown',
        at: clock.now(),
        deployments: lost.map(({ stored }) => stored.record),
        reason: lost[0]?.lostBecause ?? '',
      }
      return 'unknown'
    }
    if (signal.aborted) return 'left'
    yield* pause(open.length === 0 ? whileApplying : observer.pause())
  }

  /** Until the next look. Looking at every step of a long list being asked for would cost AWS's patience; telling of it costs nothing. */
  async function* pause(milliseconds: number): AsyncGenerator<DeployEvent, void, void> {
    const until = clock.now() + milliseconds
    for (let left = milliseconds; left > 0 && !signal.aborted; left = until - clock.now()) {
      yield* beside.splice(0)
      const isApplying = followed.some(each => each.isApplying)
      await clock.sleep(isApplying ? Math.min(left, whileApplying) : left, signal)
    }
  }
}

/** One look at all of them, and what follows from it for each. Trouble that passes is waited out; access that is lost is not. */
async function turn(open: readonly Followed[], options: FollowOptions): Promise<readonly DeployEvent[]> {
  const { observer, leases, ports } = options
  const { clock } = ports
  const slowed = (reason: string): DeployEvent => ({
    is: 'slowed',
    at: clock.now(),
    wait: observer.pause(),
    reason,
  })
  try {
    await leases.beat()
    const prepared = await Promise.all(
      open.filter(isPreparedElsewhere).map(each => orTroubled(each, readAgain(each, options))),
    )
    const inEcs = open.filter(each => !isPreparedElsewhere(each) && each.isFinal !== true)
    const seen = await observer.look(inEcs.map(({ stored }) => stored.record))
    const reason = observer.slowedBy()
    const events = await Promise.all(
      inEcs.map(each => orTroubled(each, step(each, seen.get(each.stored.record.id), options))),
    )
    return [...prepared.flat(), ...events.flat(), ...(reason === undefined ? [] : [slowed(reason)])]
  } catch (error) {
    return troubled(open, error)
  }

  function orTroubled(
    each: Followed,
    work: Promise<readonly DeployEvent[]>,
  ): Promise<readonly DeployEvent[]> {
    return work.catch((error: unknown) => troubled([each], error))
  }

  function troubled(each: readonly Followed[], error: unknown): readonly DeployEvent[] {
    if (!(error instanceof Trouble)) throw error
    if (isPassing(error)) return [slowed(error.message)]
    for (const one of each) one.lostBecause = error.message
    return []
  }
}

function isFollowed({ isFinal, isApplying, lostBecause }: Followed): boolean {
  return !isFinal && !isApplying && lostBecause === undefined
}

/** What another command prepares, or builds, ECS knows nothing of: its record tells, and costs ECS no call. */
function isPreparedElsewhere({ configuration, stored: { record } }: Followed): boolean {
  return configuration === undefined && record.state.is === 'preparing'
}

async function readAgain(
  each: Followed,
  { observer, ports }: FollowOptions,
): Promise<readonly DeployEvent[]> {
  const before = each.stored.record
  const { app, process, id } = before
  const present = (await ports.records.deployment(app, id)) ?? each.stored
  const lease = await ports.records.lease(app, process)
  const isPrepared = lease?.deploymentId === id && !isForgotten(lease, ports.clock.now())
  // ECS may have been asked although nobody lived to write it down.
  const [next = present] = isPrepared ? [present] : await reconcile([present], { ports, observer })
  each.stored = next
  each.isFinal = isSettled(next.record.state)
  const isNews = next.record.timeline.length > before.timeline.length
  return isNews ? [{ is: 'changed', at: ports.clock.now(), before, deployment: next.record }] : []
}

/** One turn of one deployment. */
async function step(
  each: Followed,
  seen: Observation | undefined,
  options: FollowOptions,
): Promise<readonly DeployEvent[]> {
  if (seen === undefined) return []
  const { leases, ports } = options
  const before = each.stored.record
  if (seen.lost !== undefined) {
    each.lostBecause = seen.lost
    return []
  }
  await readAgainIfLost(each, options)
  const events = [...(await turnBack(each, seen, options))]
  let next = await nameSuccessor(advance(each.stored.record, seen), ports.records)
  // What an end brings with it comes before its record: a command that dies in between is made good by the next one that looks.
  if (isSettled(next.state)) {
    const finalized = await finalize(next, ports)
    events.push(...finalized.events, ...(await misplaced(next, ports)))
    next = finalized.deployment
  } else if (isTurnedBack(next, seen) && each.hasTidiedEarly !== true) {
    next = (await finalize(next, ports)).deployment
    each.hasTidiedEarly = true
  }
  each.stored = await keep(ports.records, each.stored, next)
  const deployment = each.stored.record
  events.push(...(await logsOfNewFailure(before, deployment, options)))
  events.push(
    deployment.state === before.state
      ? { is: 'seen', at: seen.at, deployment, seen }
      : { is: 'changed', at: seen.at, before, deployment, seen },
  )
  if (isSettled(deployment.state)) {
    await leases.release(deployment.process)
    each.isFinal = true
  }
  return events
}

/** ECS's word that a deployment is through says nothing of where the load balancer sends its users. */
async function misplaced(
  { state, strategy, health, cluster, service, process }: Deployment,
  ports: Ports,
): Promise<readonly DeployEvent[]> {
  const isOver = state.is === 'live' || state.is === 'rolled_back' || state.is === 'failed'
  if (!isOver || strategy === 'rolling' || !health.loadBalanced) return []
  try {
    const [present] = await ports.ecs.services(cluster, [service])
    if (present === undefined) return []
    const traffic = trafficOf(present, await ports.rules.live(productionRulesOf([present])))
    const found = await misplacedTraffic({ traffic, desired: present.desired }, ports.targets)
    if (found === undefined) return []
    const warning = { is: 'traffic_misplaced', process, ...found } as const
    return [{ is: 'warned', at: ports.clock.now(), warning }]
  } catch (error) {
    // How it ended is known, and is what was asked.
    if (error instanceof Trouble) return []
    throw error
  }
}

/** Whoever took the lease over may have ended the record: it is not ours alone any more. */
async function readAgainIfLost(each: Followed, { leases, ports }: FollowOptions): Promise<void> {
  const { app, process, id } = each.stored.record
  if (each.configuration === undefined || leases.holds(process)) return
  each.stored = (await ports.records.deployment(app, id)) ?? each.stored
}

async function logsOfNewFailure(
  before: Deployment,
  deployment: Deployment,
  { ports }: FollowOptions,
): Promise<readonly DeployEvent[]> {
  const failure = failureOf(deployment.state)
  if (failure === undefined || failureOf(before.state)?.code === failure.code) return []
  const lines = await evidenceLines(failure, ports.logs)
  return lines.length === 0 ? [] : [{ is: 'logs', at: ports.clock.now(), deployment, lines }]
}
