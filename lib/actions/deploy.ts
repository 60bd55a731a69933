import { buildStepOf } from '../deployment/build-step-of.ts'
import type { CountChange, Deployment } from '../deployment/deployment.ts'
import { exitOf, isSettled } from '../deployment/projections.ts'
import { type ExitName, Refusal } from '../names/refusal.ts'
import type { Group } from '../records/group.ts'
import { apply } from './apply.ts'
import { type BuildFirstOptions, buildFirst } from './build-first.ts'
import { redrafted } from './draft-of.ts'
import { draw } from './draw.ts'
import type { DeployEvent } from './events.ts'
import { finalize } from './finalize.ts'
import { follow } from './follow.ts'
import type { Followed } from './followed.ts'
import { gather } from './gather.ts'
import { imageCheck } from './image-check.ts'
import { inheritedCount } from './inherited-count.ts'
import { keep } from './keep.ts'
import { createLeases } from './leases.ts'
import { makePlan } from './make-plan.ts'
import type { Observer } from './observe/observer.ts'
import { planAgain } from './plan-again.ts'
import { planWarnings } from './plan-warnings.ts'
import type { Plan, PlannedProcess, ReadyProcess } from './plan.ts'
import type { Ports } from './ports.ts'
import { ownConfigurations } from './own-configurations.ts'
import { pruneAfterDeploy } from './prune/prune-after-deploy.ts'
import type { DeployRequest } from './request.ts'
import { settleEarlier } from './settle-earlier.ts'
import type { SourceBuild } from './source-build.ts'
import { Trouble } from './trouble.ts'
import { withConfigurations } from './with-configurations.ts'

export type DeployOptions = {
  readonly ports: Ports
  readonly observer: Observer
  /** How long a lease lasts without being renewed. */
  readonly leaseSeconds: number
  /**
   * Builds the images first.
   * @default - what the request names is looked up
   */
  readonly build?: SourceBuild
  /** Stop after the plan. */
  readonly dryRun: boolean
  /** Follow the deployments to their ends. */
  readonly wait: boolean
  /** How long it is followed, in milliseconds. @default - as long as it takes */
  readonly patience?: number
  /** Aborted when nobody waits any longer: the deployments go on in ECS. `reason` is why. */
  readonly signal: AbortSignal
}

/** While deployments are being asked for, or images built, their events do not wait longer, in milliseconds. */
const betweenTellings = 200

export type DeployEnd = {
  readonly exit: ExitName
  readonly plan: Plan
  readonly group?: Group
  readonly deployments: readonly Deployment[]
}

/**
 * Makes one deployment per process, and follows each to its own end. Refuses before anything changes if one of them cannot work. Where the
 * images are built first, that is waited for in any case: a build does not go on without its command.
 */
export async function* deploy(
  request: DeployRequest,
  options: DeployOptions,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  const building = new Set<Promise<unknown>>()
  const over = new AbortController()
  const signal = AbortSignal.any([options.signal, over.signal])
  try {
    return yield* deployed(request, { ...options, signal, building })
  } finally {
    // Where it broke off, builds may still be under way.
    over.abort()
    await Promise.allSettled(building)
    await options.build?.end()
  }
}

type Options = DeployOptions & {
  /** The builds that are under way. */
  readonly building: Set<Promise<unknown>>
}

async function* deployed(
  request: DeployRequest,
  options: Options,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  const { ports, observer, signal, build, building } = options
  const { clock } = ports
  const unbuilt = build && { unbuiltTag: build.dockerTag }
  const gathered = await gather(request, ports, { compares: options.dryRun, ...unbuilt })
  const plan = makePlan(gathered, request, clock.now())
  const { patience } = options
  const warnings = planWarnings(gathered, plan, options.wait && patience !== undefined ? { patience } : {})
  for (const warning of warnings) yield { is: 'warned', at: clock.now(), warning }
  if (options.dryRun) return { exit: exitOfPlan(plan), plan, deployments: [] }
  let planned = workable(plan)
  if (gathered.cannotFollow !== undefined) throw gathered.cannotFollow
  await build?.check(planned)
  yield { is: 'planned', at: clock.now(), plan }

  const leases = createLeases(ports.records, clock, {
    app: plan.app,
    holder: ports.newToken(),
    seconds: options.leaseSeconds,
    caller: gathered.caller,
    signal,
    ...(request.initiator !== undefined && { initiator: request.initiator }),
  })
  const { group, deployments } = draw(planned, { request, gathered, ports, build })
  const followed: Followed[] = []
  let own: Awaited<ReturnType<typeof ownConfigurations>> = new Map()
  try {
    const isSuperseding = request.supersede !== undefined
    const isBuilding = build !== undefined
    const wishes = deployments.map(({ process, id }) => ({ process, deploymentId: id, isBuilding }))
    yield* leases.take(wishes, { supersede: isSuperseding })
    const toPutBack = await settleEarlier(plan.app, deployments, { isSuperseding, ports, observer })
    if (signal.aborted) throw stoppedBefore(signal)
    // The group comes last: one that is there is whole.
    own = await ownConfigurations({
      cluster: plan.cluster,
      toPutBack,
      services: new Map(planned.map(({ process, service }) => [process, service])),
      ecs: ports.ecs,
    })
    if (own.size > 0)
      planned = workable(makePlan(withConfigurations(gathered, own, request), request, clock.now()))
    for (const [index, deployment] of deployments.entries()) {
      const { restore, configuration } = planned[index] ?? {}
      const count = countOf(planned[index], toPutBack.get(deployment.process)?.count, { isBuilding })
      const stored = await ports.records.createDeployment({
        ...(planned[index] === undefined ? deployment : redrafted(deployment, planned[index])),
        ...(count && { count }),
      })
      // The way back of what crashes late is nobody's one-off.
      followed.push({ stored, isApplying: true, configuration: restore ?? configuration })
    }
    await ports.records.createGroup(group)
  } catch (error) {
    for (const { process } of deployments) await leases.release(process)
    throw signal.aborted ? stoppedBefore(signal) : error
  }
  yield { is: 'recorded', at: clock.now(), group, deployments }

  const beside: DeployEvent[] = []
  const troubles: Trouble[] = []
  const check = imageCheck(ports)
  const again = planAgain(request, {
    ports,
    dockerTag: build?.dockerTag ?? '',
    // Of a service that is taken over from, ECS still tells what the other deployment has given it.
    correct: now => (request.supersede === undefined ? now : withConfigurations(now, own, request)),
  })
  const applying = Promise.allSettled(followed.map((each, index) => applyOne(each, planned[index])))
  const end = options.wait ? yield* follow(followed, { observer, leases, ports, signal, beside }) : 'left'
  for (const applied of yield* meanwhile(applying)) if (applied.status === 'rejected') throw applied.reason
  for (const { process } of deployments) await leases.release(process)
  return yield* conclude(end)

  /** Tells what goes on beside, as it happens. */
  async function* meanwhile<Result>(work: Promise<Result>): AsyncGenerator<DeployEvent, Result, void> {
    const done = new AbortController()
    const finished = leases.beatDuring(work).finally(() => done.abort())
    finished.catch(() => {})
    while (!done.signal.aborted) {
      yield* beside.splice(0)
      await clock.sleep(betweenTellings, done.signal)
    }
    const result = await finished
    yield* beside.splice(0)
    return result
  }

  async function applyOne(each: Followed, process: PlannedProcess | undefined): Promise<void> {
    if (process === undefined) return
    try {
      const slowed = ({ message: reason }: Trouble, wait: number): void => {
        beside.push({ is: 'slowed', at: clock.now(), wait, reason })
      }
      const means = { leases, ports, signal, slowed }
      const ready = build === undefined ? whole(process) : await built(each, process, { ...means, build })
      if (ready !== undefined) {
        const before = each.stored.record
        const { stored, trouble } = await apply(each.stored, ready, { ...means, check })
        each.stored = stored
        if (trouble) troubles.push(trouble)
        beside.push({ is: 'changed', at: clock.now(), before, deployment: stored.record })
      }
      if (!options.wait && isSettled(each.stored.record.state)) await tidyUp(each)
    } catch (error) {
      each.lostBecause = error instanceof Error ? error.message : String(error)
      if (!(error instanceof Trouble)) throw error
    } finally {
      each.isApplying = false
    }
  }

  function built(
    each: Followed,
    process: PlannedProcess,
    means: Omit<BuildFirstOptions, 'planAgain' | 'running' | 'tell'>,
  ): Promise<ReadyProcess | undefined> {
    const tell = (event: DeployEvent): void => void beside.push(event)
    return buildFirst(each, process, { ...means, planAgain: again, running: building, tell })
  }

  /** Nobody follows it to its end, and others may want to deploy the process. */
  async function tidyUp(each: Followed): Promise<void> {
    const { deployment, events } = await finalize(each.stored.record, ports)
    beside.push(...events)
    each.stored = await keep(ports.records, each.stored, deployment)
    await leases.release(deployment.process)
  }

  async function* conclude(
    end: 'settled' | 'left' | 'unknown',
  ): AsyncGenerator<DeployEvent, DeployEnd, void> {
    const now = followed.map(({ stored }) => stored.record)
    const denied = troubles.find(({ kind }) => kind === 'denied')
    if (denied !== undefined && troubles.length === followed.length) throw denied
    const result = { plan, group, deployments: now }
    // A build that was stopped may be settled before it is looked whether anybody waits: that is no end that was waited for.
    const isStopped = signal.aborted && now.some(isStoppedBuild)
    if (end === 'settled' && !isStopped) {
      yield { is: 'ended', at: clock.now(), deployments: now }
      yield* await pruneAfterDeploy(now, { ports, signal, gathered })
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
    const why = options.wait || isStopped ? reasonOf(signal) : 'asked'
    yield { is: 'left', at: clock.now(), why, deployments: now }
    if (why === 'interrupted') return { ...result, exit: 'interrupted' }
    return { ...result, exit: why === 'asked' && exit === 'in_progress' ? 'done' : exit }
  }
}

function isStoppedBuild(deployment: Deployment): boolean {
  return deployment.state.is === 'cancelled' && buildStepOf(deployment) !== undefined
}

/** What an image is still to be built for is not changed yet: its own change of the count is recorded once it is. */
function countOf(
  plan: PlannedProcess | undefined,
  earlier: CountChange | undefined,
  { isBuilding }: { readonly isBuilding: boolean },
): CountChange | undefined {
  const { count, desired } = plan ?? {}
  return inheritedCount({
    ...(earlier && { earlier }),
    ...(isBuilding ? { desired: count?.before ?? desired } : { own: count, desired }),
  })
}

function whole(plan: PlannedProcess): ReadyProcess {
  const { imageDigest } = plan
  if (imageDigest === undefined) throw new Error(`the image of ${plan.process} was not looked up`)
  return { ...plan, imageDigest }
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

function exitOfPlan({ processes }: Plan): ExitName {
  const refused = processes.filter(each => each.is === 'refused')
  if (refused.length === 0) return 'done'
  return refused.every(({ isUsage = false }) => isUsage) ? 'usage' : 'refused'
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
    exit: refused.every(({ isUsage = false }) => isUsage) ? 'usage' : 'refused',
    message:
      isSame && others.length === 0
        ? first.reason
        : refused.map(({ process, reason }) => `${process}: ${reason}`).join('\n'),
    advice: [...new Set(refused.flatMap(({ advice }) => advice ?? [])), ...without].join('\n'),
  })
}
