import { advance } from '../deployment/advance.ts'
import { type Deployment, enter } from '../deployment/deployment.ts'
import type { Failure } from '../deployment/failure.ts'
import { judge } from '../deployment/judge.ts'
import type { Observation } from '../deployment/observation.ts'
import { failureOf, isSettled } from '../deployment/projections.ts'
import type { Stored } from '../records/records.ts'
import type { DeploymentConfiguration } from '../strategy/deployment-configuration.ts'
import type { DeployEvent } from './events.ts'
import { evidenceLines } from './evidence-lines.ts'
import { finalize } from './finalize.ts'
import { keep } from './keep.ts'
import type { Leases } from './leases.ts'
import type { Observer } from './observe/observer.ts'
import type { Ports } from './ports.ts'
import { Trouble, isPassing } from './trouble.ts'

/** A deployment while it is followed. Only the follower changes it. */
export type Followed = {
  stored: Stored<Deployment>
  /** Absent where it is only watched: a follower without it never asks ECS for anything. */
  readonly configuration?: DeploymentConfiguration
  /** ECS was asked to roll back; it need not be asked twice. */
  askedBack?: boolean
  /** ECS is still to be asked for it. */
  isApplying?: boolean
  isFinal?: boolean
  /** How it stands can no longer be known, and why. */
  lostBecause?: string
}

export type FollowOptions = {
  readonly observer: Observer
  readonly leases: Leases
  readonly ports: Ports
  /** Aborted when nobody waits any longer. */
  readonly signal: AbortSignal
  /** Events of what goes on beside the following, taken along at every turn. */
  readonly beside: DeployEvent[]
}

/** Between two looks while deployments are still being asked for, in milliseconds: their events should not wait. */
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
    await clock.sleep(
      followed.some(({ isApplying }) => isApplying) ? whileApplying : observer.pause(),
      signal,
    )
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
    const seen = await observer.look(open.map(({ stored }) => stored.record))
    const reason = observer.slowedBy()
    const events = await Promise.all(
      open.map(each =>
        step(each, seen.get(each.stored.record.id), options).catch((error: unknown) =>
          troubled([each], error),
        ),
      ),
    )
    return [...events.flat(), ...(reason === undefined ? [] : [slowed(reason)])]
  } catch (error) {
    return troubled(open, error)
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

/** One turn of one deployment. */
async function step(
  each: Followed,
  seen: Observation | undefined,
  options: FollowOptions,
): Promise<readonly DeployEvent[]> {
  const { ports } = options
  const before = each.stored.record
  if (seen === undefined) return []
  const events: DeployEvent[] = []
  const failure = each.configuration === undefined || each.askedBack ? undefined : judge(before, seen)
  if (failure !== undefined) events.push(...(await turnBack(each, failure, options)))
  each.stored = await keep(ports.records, each.stored, advance(each.stored.record, seen))
  const deployment = each.stored.record
  events.push(
    deployment.state === before.state
      ? { is: 'seen', at: seen.at, deployment, seen }
      : { is: 'changed', at: seen.at, before, deployment, seen },
  )
  events.push(...(await logsOfNewFailure(before, deployment, options)))
  if (isSettled(deployment.state)) events.push(...(await settle(each, options)))
  return events
}

/** The judgement is written down before ECS is asked, so that whoever looks later knows who turned it back, and why. */
async function turnBack(
  each: Followed,
  failure: Failure,
  { leases, ports }: FollowOptions,
): Promise<readonly DeployEvent[]> {
  const { ecs, records, clock } = ports
  const { record } = each.stored
  if ((await leases.confirm(record.process)) === 'lost') return []
  if (record.state.is === 'watching') return restorePrevious(each, failure, ports)
  each.stored = await keep(records, each.stored, { ...record, judged: failure })
  const { state } = each.stored.record
  const serviceDeployment = 'ecs' in state ? state.ecs?.serviceDeployment : undefined
  if (serviceDeployment === undefined) return []
  await ecs.rollBack(serviceDeployment)
  each.askedBack = true
  return [{ is: 'judged', at: clock.now(), deployment: each.stored.record }]
}

/** ECS called it successful, so that its own rollback is over: the previous revision is deployed again. */
async function restorePrevious(
  each: Followed,
  failure: Failure,
  { ecs, records, clock }: Ports,
): Promise<readonly DeployEvent[]> {
  const { record } = each.stored
  const { state, previous } = record
  if (state.is !== 'watching' || each.configuration === undefined) return []
  const reached = 'draining_previous'
  if (previous === undefined) {
    const nowhere: Failure = { code: 'no_rollback_candidate', cause: failure, evidence: failure.evidence }
    each.stored = await keep(
      records,
      each.stored,
      enter(record, { is: 'failed', ecs: state.ecs, reached, failure: nowhere }, clock.now()),
    )
    return []
  }
  const redeploying = { taskDefinition: previous.taskDefinition }
  const judged = { ...record, judged: failure }
  each.stored = await keep(
    records,
    each.stored,
    enter(judged, { is: 'rolling_back', ecs: state.ecs, failure, reached, redeploying }, clock.now()),
  )
  if (each.stored.record.state.is !== 'rolling_back') return []
  each.askedBack = true
  const { cluster, service } = record
  try {
    await ecs.updateService({
      cluster,
      service,
      taskDefinition: previous.taskDefinition,
      configuration: each.configuration,
    })
  } catch (error) {
    if (!(error instanceof Trouble) || isPassing(error)) throw error
    const failed: Failure = {
      code: 'rollback_failed',
      cause: failure,
      evidence: failure.evidence,
      awsReason: error.message,
    }
    each.stored = await keep(
      records,
      each.stored,
      enter(each.stored.record, { is: 'failed', ecs: state.ecs, reached, failure: failed }, clock.now()),
    )
  }
  return [{ is: 'judged', at: clock.now(), deployment: each.stored.record }]
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

async function settle(each: Followed, { leases, ports }: FollowOptions): Promise<readonly DeployEvent[]> {
  const events = await finalize(each.stored.record, ports)
  await leases.release(each.stored.record.process)
  each.isFinal = true
  return events
}
