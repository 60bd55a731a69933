import type { CountChange, Deployment } from '../deployment/deployment.ts'
import { exitOf, isSettled } from '../deployment/projections.ts'
import { type ExitName, Refusal } from '../names/refusal.ts'
import type { Group } from '../records/group.ts'
import { apply } from './apply.ts'
import type { DeployEvent, Warning } from './events.ts'
import { finalize } from './finalize.ts'
import { follow } from './follow.ts'
import type { Followed } from './followed.ts'
import { type Gathered, gather } from './gather.ts'
import { keep } from './keep.ts'
import { createLeases } from './leases.ts'
import { makePlan } from './make-plan.ts'
import type { Observer } from './observe/observer.ts'
import type { Plan, PlannedProcess } from './plan.ts'
import type { Ports } from './ports.ts'
import type { DeployRequest } from './request.ts'
import { settleEarlier } from './settle-earlier.ts'
import { Trouble } from './trouble.ts'

export type DeployOptions = {
  readonly ports: Ports
  readonly observer: Observer
  /** How long a lease lasts without being renewed. */
  readonly leaseSeconds: number
  /** Stop after the plan. */
  readonly dryRun: boolean
  /** Follow the deployments to their ends. */
  readonly wait: boolean
  /** Aborted when nobody waits any longer: the deployments go on in ECS. `reason` is why. */
  readonly signal: AbortSignal
}

export type DeployEnd = {
  readonly exit: ExitName
  readonly plan: Plan
  readonly group?: Group
  readonly deployments: readonly Deployment[]
}

/** Makes one deployment per process, and follows each to its own end. Refuses before anything changes if one of them cannot work. */
export async function* deploy(
  request: DeployRequest,
  options: DeployOptions,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  const { ports, observer, signal } = options
  const { clock } = ports
  const gathered = await gather(request, ports, { compares: options.dryRun })
  const plan = makePlan(gathered, request, clock.now())
  for (const warning of warnings(gathered, plan)) yield { is: 'warned', at: clock.now(), warning }
  if (options.dryRun) return { exit: isWorkable(plan) ? 'done' : 'refused', plan, deployments: [] }
  const planned = workable(plan)
  if (gathered.cannotFollow !== undefined) throw gathered.cannotFollow
  yield { is: 'planned', at: clock.now(), plan }

  const leases = createLeases(ports.records, clock, {
    app: plan.app,
    holder: ports.newToken(),
    seconds: options.leaseSeconds,
    caller: gathered.caller,
    signal,
    ...(request.initiator !== undefined && { initiator: request.initiator }),
  })
  const { group, deployments } = draw(planned, request, gathered, ports)
  const followed: Followed[] = []
  try {
    const isSuperseding = request.supersede !== undefined
    const wishes = deployments.map(({ process, id }) => ({ process, deploymentId: id }))
    yield* leases.take(wishes, { supersede: isSuperseding })
    const toPutBack = await settleEarlier(plan.app, deployments, { isSuperseding, ports, observer })
    if (signal.aborted) throw stoppedBefore(signal)
    // The group comes last: one that is there is whole.
    for (const [index, deployment] of deployments.entries()) {
      const count = inherited(deployment.count, toPutBack.get(deployment.process), planned[index]?.desired)
      const stored = await ports.records.createDeployment({ ...deployment, ...(count && { count }) })
      followed.push({
        stored,
        isApplying: true,
        ...(planned[index] && { configuration: planned[index].configuration }),
      })
    }
    await ports.records.createGroup(group)
  } catch (error) {
    for (const { process } of deployments) await leases.release(process)
    throw signal.aborted ? stoppedBefore(signal) : error
  }
  yield { is: 'recorded', at: clock.now(), group, deployments }

  const beside: DeployEvent[] = []
  const troubles: Trouble[] = []
  const applying = Promise.allSettled(followed.map((each, index) => applyOne(each, planned[index])))
  const end = options.wait ? yield* follow(followed, { observer, leases, ports, signal, beside }) : 'left'
  for (const applied of await leases.beatDuring(applying))
    if (applied.status === 'rejected') throw applied.reason
  yield* beside.splice(0)
  for (const { process } of deployments) await leases.release(process)
  return yield* conclude(end)

  async function applyOne(each: Followed, process: PlannedProcess | undefined): Promise<void> {
    if (process === undefined) return
    const before = each.stored.record
    try {
      const slowed = ({ message: reason }: Trouble, wait: number): void => {
        beside.push({ is: 'slowed', at: clock.now(), wait, reason })
      }
      const { stored, trouble } = await apply(each.stored, process, { leases, ports, signal, slowed })
      each.stored = stored
      if (trouble) troubles.push(trouble)
      beside.push({ is: 'changed', at: clock.now(), before, deployment: stored.record })
      if (!options.wait && isSettled(stored.record.state)) await tidyUp(each)
    } catch (error) {
      each.lostBecause = error instanceof Error ? error.message : String(error)
      if (!(error instanceof Trouble)) throw error
    } finally {
      each.isApplying = false
    }
  }

  async function tidyUp(each: Followed): Promise<void> {
    const { deployment, events } = await finalize(each.stored.record, ports)
    beside.push(...events)
    each.stored = await keep(ports.records, each.stored, deployment)
  }

  async function* conclude(
    end: 'settled' | 'left' | 'unknown',
  ): AsyncGenerator<DeployEvent, DeployEnd, void> {
    const now = followed.map(({ stored }) => stored.record)
    const denied = troubles.find(({ kind }) => kind === 'denied')
    if (denied !== undefined && troubles.length === followed.length) throw denied
    const result = { plan, group, deployments: now }
    if (end === 'settled') {
      yield { is: 'ended', at: clock.now(), deployments: now }
      return { ...result, exit: exitOf(now.map(({ state }) => state)) }
    }
    const exit = exitOf(now.map(({ state }) => state))
    const unknown = exit === 'done' ? 'in_progress' : exit
    if (end === 'unknown') return { ...result, exit: unknown }
    const lost = followed.filter(({ lostBecause }) => lostBecause !== undefined)
    if (lost.length > 0) {
      const reason = lost[0]?.lostBecause ?? ''
      yield { is: 'unknown', at: clock.now(), deployments: lost.map(({ stored }) => stored.record), reason }
      return { ...result, exit: unknown }
    }
    const why = options.wait ? reasonOf(signal) : 'asked'
    yield { is: 'left', at: clock.now(), why, deployments: now }
    if (why === 'interrupted') return { ...result, exit: 'interrupted' }
    return { ...result, exit: why === 'asked' && exit === 'in_progress' ? 'done' : exit }
  }
}

/** Whoever takes over from a deployment that has changed the desired count puts back, if it fails, what that one found. */
function inherited(
  own: CountChange | undefined,
  earlier: CountChange | undefined,
  desired: number | undefined,
): CountChange | undefined {
  if (earlier === undefined) return own
  if (own !== undefined) return { ...own, before: earlier.before }
  return earlier.after === desired ? earlier : undefined
}

/** Nobody waits any longer, and nothing has been asked of ECS: then nothing is. */
function stoppedBefore(signal: AbortSignal): Refusal {
  const why = reasonOf(signal)
  return new Refusal({
    code: why,
    exit: why === 'interrupted' ? 'interrupted' : 'refused',
    message: `${why === 'interrupted' ? 'interrupted' : 'the time given was over'} before anything was deployed; nothing has changed.`,
  })
}

function reasonOf({ reason }: AbortSignal): 'time_over' | 'interrupted' {
  return reason === 'time_over' ? 'time_over' : 'interrupted'
}

function isWorkable({ processes }: Plan): boolean {
  return processes.every(({ is }) => is === 'planned')
}

/** All processes or none: a deploy that cannot work for one of them changes nothing. */
function workable({ processes }: Plan): readonly PlannedProcess[] {
  const refused = processes.filter(each => each.is === 'refused')
  const [first] = refused
  if (first === undefined) return processes.filter(each => each.is === 'planned')
  const others = processes.filter(each => each.is === 'planned').map(({ process }) => process)
  const isSame = refused.every(({ reason }) => reason === first.reason)
  const without =
    others.length === 0
      ? []
      : [`without ${refused.length === 1 ? 'it' : 'them'}: process=${others.join(',')}`]
  throw new Refusal({
    code: first.code,
    message:
      isSame && others.length === 0
        ? first.reason
        : refused.map(({ process, reason }) => `${process}: ${reason}`).join('\n'),
    advice: [...new Set(refused.flatMap(({ advice }) => advice ?? [])), ...without].join('\n'),
  })
}

function draw(
  planned: readonly PlannedProcess[],
  request: DeployRequest,
  { caller, cluster }: Gathered,
  { newId, clock }: Ports,
): { group: Group; deployments: readonly Deployment[] } {
  const now = clock.now()
  const groupId = newId('grp')
  const said = {
    ...(request.initiator !== undefined && { initiator: request.initiator }),
    ...(request.tag !== undefined && { tag: request.tag }),
    ...(request.gitHash !== undefined && { gitHash: request.gitHash }),
    ...(request.supersede !== undefined && { reason: request.supersede.reason }),
  }
  const deployments = planned.map((each): Deployment => ({
    id: newId('dep'),
    groupId,
    app: cluster.name,
    process: each.process,
    kind: each.kind,
    trigger: request.trigger,
    strategy: each.strategy,
    dockerTag: each.dockerTag,
    imageDigest: each.imageDigest,
    repository: each.repository,
    container: each.container,
    ...said,
    caller,
    cluster: cluster.name,
    service: each.service,
    ...(each.count && { count: each.count }),
    ...(each.previous && { previous: each.previous }),
    health: each.health,
    ...(each.url !== undefined && { url: each.url }),
    createdAt: now,
    state: { is: 'preparing', step: 'register' },
    timeline: [{ is: 'preparing', step: 'register', at: now }],
  }))
  const members = deployments.map(({ app, id }) => ({ app, id }))
  return {
    deployments,
    group: {
      id: groupId,
      app: cluster.name,
      caller,
      createdAt: now,
      members,
      ...(request.initiator !== undefined && { initiator: request.initiator }),
    },
  }
}

function warnings({ processes, leftOut, cannotFollow }: Gathered, plan: Plan): readonly Warning[] {
  const planned = plan.processes.filter(each => each.is === 'planned')
  const chosen = processes.flatMap(({ image }) =>
    'chosen' in image && image.chosen !== undefined
      ? [{ dockerTag: image.dockerTag, because: image.chosen }]
      : [],
  )
  return [
    ...(cannotFollow === undefined ? [] : [{ is: 'cannot_follow', reason: cannotFollow.message } as const]),
    ...(leftOut.length > 0 ? [{ is: 'services_left_out', services: leftOut } as const] : []),
    ...chosen.slice(0, 1).map(each => ({ is: 'tag_chosen', ...each }) as const),
    ...processes.flatMap(({ process, alarmsRinging }) =>
      alarmsRinging.length > 0 ? [{ is: 'alarms_ignored', process, alarms: alarmsRinging } as const] : [],
    ),
    ...planned.flatMap(({ process, previous }) =>
      previous === undefined ? [{ is: 'nothing_to_roll_back_to', process } as const] : [],
    ),
    ...planned.flatMap(({ process, desired }) =>
      desired === 0 ? [{ is: 'no_tasks_wanted', process } as const] : [],
    ),
  ]
}
