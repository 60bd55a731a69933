import type { CountChange, Deployment } from '../../deployment/deployment.ts'
import { exitOf, isSettled } from '../../deployment/projections.ts'
import { type ExitName, Refusal } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import { apply } from './apply.ts'
import { judgedFields, needsImage } from '../approvals/held.ts'
import { heldEnd } from '../approvals/held-end.ts'
import { recordAwaiting, recordDenied } from '../approvals/hold.ts'
import { judgePlan } from '../approvals/judge-plan.ts'
import { judgedAgain } from '../approvals/judged-again.ts'
import { onceApproved } from '../approvals/once-approved.ts'
import { overriddenWarning, tellOverrides } from '../approvals/overrides.ts'
import { type Approved, begin, requesterOf, takeBack, takeUp } from '../approvals/take-up.ts'
import { type BuildFirstOptions, buildFirst } from './build-first.ts'
import { redrafted } from './draft-of.ts'
import { draw } from './draw.ts'
import type { DeployEvent } from '../events.ts'
import { finalize } from '../settle/finalize.ts'
import { follow } from '../follow/follow.ts'
import type { Followed } from '../follow/followed.ts'
import { gather } from '../plan/gather.ts'
import type { SharedGroup } from '../groups/shared-group.ts'
import { imageCheck } from './image-check.ts'
import { inheritedCount } from './inherited-count.ts'
import { keep } from '../keep.ts'
import { createLeases } from '../leases/leases.ts'
import { makePlan } from '../plan/make-plan.ts'
import type { Observer } from '../observe/observer.ts'
import { planAgain } from '../plan/plan-again.ts'
import { planWarnings } from '../plan/plan-warnings.ts'
import type { Plan, PlannedProcess, ReadyProcess } from '../plan/plan.ts'
import type { Ports } from '../ports.ts'
import { ownConfigurations } from './own-configurations.ts'
import { pruneAfterDeploy } from '../prune/prune-after-deploy.ts'
import { releasing } from '../release/release.ts'
import { releaseOf } from '../release/release-of.ts'
import { whyOver } from '../follow/why-over.ts'
import type { DeployRequest } from '../plan/request.ts'
import { settleEarlier } from '../settle/settle-earlier.ts'
import type { SourceBuild } from '../build/source-build.ts'
import { Trouble } from '../trouble.ts'
import { withConfigurations } from '../plan/with-configurations.ts'
import { withStops } from '../plan/with-stops.ts'
import { workable } from '../plan/workable.ts'

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
  /**
   * The group that it shares with deploys of other apps. It is drawn up once all are planned: whoever shares it listens no further than
   * `planned` until then.
   * @default - a group of its own
   */
  readonly group?: SharedGroup
  /**
   * Deployments that wait for an approval, and are to be started.
   * @default - new ones are made
   */
  readonly approved?: Approved
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
    const end = yield* deployed(request, { ...options, signal, building })
    if (!options.wait || !end.deployments.some(({ state }) => state.is === 'awaiting_approval')) return end
    return yield* onceApproved(request, end, {
      ...options,
      signal,
      start: (approved, own) => deployed(approved, { ...options, signal, building, approved: own }),
    })
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
  const drafted = makePlan(gathered, request, clock.now())
  const { patience, approved } = options
  const requester = approved && requesterOf(approved)
  const judgement = await judgePlan(drafted, { request, gathered, ports, ...(requester && { requester }) })
  const plan = judgement === undefined ? drafted : { ...drafted, policies: judgement.notes }
  const warnings = planWarnings(gathered, plan, options.wait && patience !== undefined ? { patience } : {})
  for (const warning of warnings) yield { is: 'warned', at: clock.now(), warning }
  if (options.dryRun) return { exit: exitOfPlan(plan), plan, deployments: [] }
  let planned = workable(plan)
  if (gathered.cannotFollow !== undefined) throw gathered.cannotFollow
  if (judgement !== undefined && judgement.overridden.length > 0)
    yield { is: 'warned', at: clock.now(), warning: overriddenWarning(judgement, request.override) }
  const holding = { request, gathered, ports, build }
  if (judgement !== undefined && judgement.denied.length > 0)
    return yield* heldEnd(await recordDenied(planned, { ...holding, judgement }, approved), {
      plan,
      how: 'ended',
      clock,
    })
  const needsApproval =
    approved === undefined && judgement !== undefined && judgement.needsApproval.length > 0
  if (needsApproval && planned.some(({ imageDigest }) => imageDigest === undefined))
    throw needsImage(judgement.needsApproval)
  await build?.check(planned)
  const release = await releaseOf(request, gathered, planned)
  if (release !== undefined && 'is' in release)
    yield { is: 'warned', at: clock.now(), warning: { is: 'release_left_out', process: release.process } }
  yield { is: 'planned', at: clock.now(), plan }
  if (needsApproval) {
    const held = await recordAwaiting(planned, { ...holding, judgement, group: options.group })
    return yield* heldEnd(held, { plan, how: options.wait ? undefined : 'left', clock })
  }

  const leases = createLeases(ports.records, clock, {
    app: plan.app,
    holder: ports.newToken(),
    seconds: options.leaseSeconds,
    caller: gathered.caller,
    signal,
    ...(request.initiator !== undefined && { initiator: request.initiator }),
  })
  const drawn = draw(planned, { ...holding, group: options.group })
  const begun = approved && (await takeUp(approved, planned, { judgement, ports }))
  const group = approved?.group ?? drawn.group
  const deployments = (begun?.map(({ record }) => record) ?? drawn.deployments).map(each => ({
    ...each,
    ...judgedFields(judgement, request),
  }))
  const followed: Followed[] = []
  let own: Awaited<ReturnType<typeof ownConfigurations>> = new Map()
  try {
    const isSuperseding = request.supersede !== undefined
    const wishes = deployments.map(each => ({
      process: each.process,
      deploymentId: each.id,
      isBuilding: each.imageDigest === undefined,
    }))
    yield* leases.take(wishes, { supersede: isSuperseding })
    const toPutBack = await settleEarlier(plan.app, deployments, { isSuperseding, ports, observer })
    const present = await withStops(gathered, ports)
    if (present !== gathered) {
      const presentPlan = makePlan(present, request, clock.now())
      planned = workable(presentPlan)
      for (const warning of planWarnings(present, presentPlan))
        if (warning.is === 'starts_again') yield { is: 'warned', at: clock.now(), warning }
    }
    if (signal.aborted) throw stoppedBefore(signal)
    // The group comes last: one that is there is whole.
    own = await ownConfigurations({
      cluster: plan.cluster,
      toPutBack,
      services: new Map(planned.map(({ process, service }) => [process, service])),
      ecs: ports.ecs,
    })
    if (own.size > 0)
      planned = workable(makePlan(withConfigurations(present, own, request), request, clock.now()))
    for (const [index, deployment] of deployments.entries()) {
      const { restore, configuration } = planned[index] ?? {}
      const isBuilding = deployment.imageDigest === undefined
      const count = countOf(planned[index], toPutBack.get(deployment.process)?.count, { isBuilding })
      const next = {
        ...(planned[index] === undefined ? deployment : redrafted(deployment, planned[index])),
        ...(count && { count }),
      }
      const waited = begun?.[index]
      const stored =
        waited === undefined
          ? await ports.records.createDeployment(next)
          : await begin(ports.records, next, waited.version)
      // The way back of what crashes late is nobody's one-off.
      followed.push({ stored, isApplying: true, configuration: restore ?? configuration })
    }
    if (begun === undefined) await ports.records.createGroup(group)
  } catch (error) {
    if (begun !== undefined) await takeBack(followed, ports)
    for (const { process } of deployments) await leases.release(process)
    throw signal.aborted ? stoppedBefore(signal) : error
  }
  tellOverrides(deployments, ports.audit)
  yield { is: 'recorded', at: clock.now(), group, deployments }

  const beside: DeployEvent[] = []
  const troubles: Trouble[] = []
  const check = imageCheck(ports)
  const plannedAgain = planAgain(request, {
    ports,
    unbuiltTag: build?.dockerTag ?? '',
    // Of a service that is taken over from, ECS still tells what the other deployment has given it.
    correct: now => (request.supersede === undefined ? now : withConfigurations(now, own, request)),
  })
  const again = judgedAgain(plannedAgain, { request, gathered, ports })
  const tell = (event: DeployEvent): void => void beside.push(event)
  const released =
    release === undefined || 'is' in release
      ? undefined
      : releasing(release, { followed, gathered, leases, ports, signal, tell })
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
      const ready =
        build === undefined || process.imageDigest !== undefined
          ? whole(process)
          : await built(each, process, { ...means, build })
      if (ready !== undefined && (released === undefined || (await released.isDone(each, ready)))) {
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
      released?.without(process.process)
      each.isApplying = false
    }
  }

  function built(
    each: Followed,
    process: PlannedProcess,
    means: Omit<BuildFirstOptions, 'planAgain' | 'running' | 'tell'>,
  ): Promise<ReadyProcess | undefined> {
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
    const why = options.wait || isStopped ? whyOver(signal) : 'asked'
    yield { is: 'left', at: clock.now(), why, deployments: now }
    if (why === 'interrupted') return { ...result, exit: 'interrupted' }
    return { ...result, exit: why === 'asked' && exit === 'in_progress' ? 'done' : exit }
  }
}

/** While its image was built, or its release command ran. */
function isStoppedBuild({ state }: Deployment): boolean {
  return state.is === 'cancelled' && state.reached === 'building' && state.cancellation.code === 'cancelled'
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
  const why = whyOver(signal)
  return new Refusal({
    code: why,
    exit: why === 'interrupted' ? 'interrupted' : 'refused',
    message: `${why === 'interrupted' ? 'interrupted' : 'the time given was over'} before anything was deployed; nothing has changed.`,
  })
}

function exitOfPlan({ processes, policies = [] }: Plan): ExitName {
  const refused = processes.filter(each => each.is === 'refused')
  const isDenied = policies.some(({ effect, isOverridden }) => effect === 'deny' && !isOverridden)
  if (refused.length === 0) return isDenied ? 'waiting' : 'done'
  return refused.every(({ isUsage = false }) => isUsage) ? 'usage' : 'refused'
}
