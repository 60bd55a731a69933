import type { Deployment } from '../../deployment/deployment.ts'
import { isInProgress } from '../../deployment/projections.ts'
import { type ExitName, Refusal } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { Stored } from '../../records/records.ts'
import { appServices } from '../services/app-services.ts'
import { appToChange } from '../services/app-to-change.ts'
import type { Pointer } from '../../records/pointer.ts'
import { askBack, cancelled } from '../cancel-continue/cancel-deployments.ts'
import { beginningOf } from '../deploy/beginning-of.ts'
import { deploy } from '../deploy/deploy.ts'
import type { DeployOptions } from '../deploy/deploy-options.ts'
import { type DryRun, dryRun } from '../deploy/dry-run.ts'
import { fromBeginning } from '../deploy/from-beginning.ts'
import { putAway } from '../put-away.ts'
import { pointerOf } from '../settle/pointer-of.ts'
import { both } from './both.ts'
import type { DeployEvent, Warning } from '../events.ts'
import { findDeployments, groupOf } from '../history/find-deployments.ts'
import { type GoingBack, lineageOf, namedToGoBackTo, newestToGoBackTo } from './going-back.ts'
import { newestAndOpen } from '../history/newest-and-open.ts'
import { pinnedTo } from '../plan/pinned-to.ts'
import type { Plan } from '../plan/plan.ts'
import type { Ports } from '../ports.ts'
import { reconcile } from '../settle/reconcile.ts'
import type { DeployRequest, PinnedVersion } from '../plan/request.ts'
import type { Rebuilds } from '../build/rebuilds.ts'
import type { Rebuild } from '../build/rebuild.ts'
import { saidOf } from '../said-of.ts'

export type RollbackRequest = Pick<
  DeployRequest,
  'app' | 'environment' | 'processes' | 'initiator' | 'override'
> & {
  /** The cluster: the app in its environment. */
  readonly cluster: string
  /** A deployment to go back to. @default - of each process the newest one that was live before */
  readonly to?: string
  /** Undo a group: of each of its processes that still runs what the group brought. */
  readonly group?: string
  /** `as_it_was`: with the task definition that it ran with. `current`: only the image goes back. */
  readonly config: 'as_it_was' | 'current'
  readonly reason?: string
}

/** What a rollback would do: stop what is in flight, and bring back what was live before. */
export type RollbackPlan = {
  /** Deployments that ECS is at, and turns back by itself. */
  readonly inFlight: readonly Stored<Deployment>[]
  readonly back: readonly Return[]
}

/** Where a process goes back to, and how its image is built again where it is gone. */
export type Return = GoingBack & {
  readonly rebuild?: Rebuild
  /** What it goes back from is through with ECS, and a command may still watch it: that one is taken over from. */
  readonly takesOver?: boolean
}

/** Builds images again that past deployments had, and that are gone. */
export type Rebuilding = {
  /** How that of a deployment is built again; refuses where it cannot be. */
  readonly rebuild: (id: string) => Promise<Rebuild>
  /** What is built before a rollback goes on; absent where nothing of it is gone. */
  readonly buildFor: (plan: RollbackPlan) => Promise<Rebuilds | undefined>
}

type PlanOptions = Pick<DeployOptions, 'ports' | 'observer'> & Pick<Rebuilding, 'rebuild'>

export type RollbackOptions = Omit<DeployOptions, 'build'> & {
  /** Builds what is gone. @default - nothing is */
  readonly build?: Rebuilds
}

export type RollbackEnd = {
  readonly exit: ExitName
  readonly plan?: Plan
  readonly group?: Group
  readonly deployments: readonly Deployment[]
}

/** Finds out what to go back to. Changes nothing but what the records say of deployments that have come to their ends; refuses where one of the processes has nothing to go back to. */
export async function planRollback(
  request: RollbackRequest,
  { ports, observer, rebuild }: PlanOptions,
): Promise<RollbackPlan> {
  const { cluster: app, to, group } = request
  const { records } = ports
  if (to !== undefined) {
    const named = request.processes
    const process = (await records.deployment(app, to))?.record.process
    const open = process === undefined ? noneOpen : await openOf([process], { app, ports, observer })
    const pointers = [...open.watched, ...(await records.pointers(app))]
    const back = await namedToGoBackTo({ app, id: to, pointers }, records)
    if (named !== undefined && !named.includes(back.process)) throw otherProcess(to, back.process, named)
    if (open.inFlight.length > 0) throw stillInFlight(open.inFlight)
    return { inFlight: [], back: await withRebuilds([takingOver(back, open)], { ports, rebuild }) }
  }
  const processes =
    group === undefined ? await processesOf(request, ports) : await processesIn(group, request, ports)
  const open = await openOf(processes, { app, ports, observer })
  const { inFlight, watched } = open
  const busy = new Set(inFlight.map(({ record }) => record.process))
  // Read after the records were brought up to date: what has just gone live is what is gone back from.
  // Of a stopped process, what was stopped.
  const pointers = [...watched, ...(await records.pointers(app)), ...(await records.stoppedPointers(app))]
  const still = processes.filter(process => !busy.has(process))
  const back = await Promise.all(
    still.map(async process => {
      const pointer = pointers.find(each => each.process === process)
      const { config } = request
      const found = await newestToGoBackTo({ app, process, config, ...(pointer && { pointer }) }, records)
      return takingOver(found, open)
    }),
  )
  return { inFlight, back: await withRebuilds(back, { ports, rebuild }) }
}

function takingOver(back: GoingBack, { watched }: Open): Return {
  return watched.some(({ process }) => process === back.process) ? { ...back, takesOver: true } : back
}

/** Retention keeps what rollbacks usually need; what is gone all the same is built again. */
async function withRebuilds(
  back: readonly Return[],
  { ports, rebuild }: Pick<PlanOptions, 'ports' | 'rebuild'>,
): Promise<readonly Return[]> {
  return Promise.all(
    back.map(async each => {
      const { id, repository, imageDigest = '' } = each.to
      const image = await ports.images.find(repository, { digest: imageDigest })
      return image === undefined ? { ...each, rebuild: await saidOf(each.process, () => rebuild(id)) } : each
    }),
  )
}

/** What a rollback would do, as a plan. Changes nothing. */
export async function dryRollback(
  request: RollbackRequest,
  plan: RollbackPlan,
  { build, ...options }: Omit<RollbackOptions, 'dryRun' | 'wait'>,
): Promise<DryRun> {
  const { inFlight, back } = plan
  const {
    plan: deployed,
    exit,
    warnings,
  } = back.length === 0
    ? await nothingDeployed(request, options)
    : await dryRun(deployRequest(request, plan, build), { ...options, ...(build && { build }) })
  const goesBack = inFlight.map(({ record }) => record)
  return {
    plan: goesBack.length === 0 ? deployed : { ...deployed, goesBack },
    exit,
    warnings: [...rollbackWarnings(plan), ...warnings],
  }
}

async function nothingDeployed(
  { app, environment: named, cluster }: RollbackRequest,
  { ports }: Pick<DeployOptions, 'ports'>,
): Promise<DryRun> {
  const { environment } = await appServices(ports.ecs, {
    app,
    ...(named !== undefined && { environment: named }),
  })
  return { plan: { app: cluster, cluster, environment, processes: [] }, exit: 'done', warnings: [] }
}

/**
 * Carries a rollback out: each process by itself. What ECS is at goes back, and the others get a deployment, with the whole life of one;
 * all of them are followed at once.
 */
export async function* rollBack(
  request: RollbackRequest,
  plan: RollbackPlan,
  options: RollbackOptions,
): AsyncGenerator<DeployEvent, RollbackEnd, void> {
  const { ports, build } = options
  const { inFlight, back } = plan
  if (options.dryRun) {
    const { plan: shown, exit, warnings } = await dryRollback(request, plan, options)
    for (const warning of warnings) yield { is: 'warned', at: ports.clock.now(), warning }
    return { plan: shown, exit, deployments: [] }
  }
  for (const warning of rollbackWarnings(plan)) yield { is: 'warned', at: ports.clock.now(), warning }
  const deploying = back.length === 0 ? undefined : deploy(deployRequest(request, plan, build), options)
  if (inFlight.length === 0) return yield* deploying ?? nothing()
  try {
    // What refuses the deploy keeps the others from being stopped.
    const beginning = deploying && (await beginningOf(deploying))
    const stopping = yield* stopped(inFlight, request, options)
    if (deploying === undefined || beginning === undefined) return yield* stopping
    return yield* both(fromBeginning(beginning, deploying), stopping)
  } finally {
    if (deploying !== undefined) await putAway(deploying)
  }
}

/** Asks ECS to go back with what it is at; answers what becomes of that. */
async function* stopped(
  inFlight: readonly Stored<Deployment>[],
  { reason }: RollbackRequest,
  { ports, observer, wait, signal }: RollbackOptions,
): AsyncGenerator<DeployEvent, AsyncGenerator<DeployEvent, RollbackEnd, void>, void> {
  const [first] = inFlight
  if (first === undefined) return nothing()
  const group = await groupOf(first.record, ports.records)
  const means = { ports, observer, wait, signal, ...(reason !== undefined && { reason }) }
  return cancelled(group, yield* askBack(inFlight, means), means)
}

/** What a person should know of it: what is left out, and of each image that is gone, what is built in its place. */
function rollbackWarnings({ back }: RollbackPlan): readonly Warning[] {
  return back.flatMap(({ process, to: { dockerTag }, rebuild, skipped }): readonly Warning[] => [
    ...(skipped === undefined ? [] : [{ is: 'same_version', process, deployments: skipped } as const]),
    ...(rebuild === undefined
      ? []
      : [{ is: 'rebuilding', process, dockerTag, source: rebuild.from } as const]),
  ])
}

/** The request of the deploy that brings the earlier versions back. */
function deployRequest(
  { app, environment, initiator, config, reason, override }: RollbackRequest,
  { back }: RollbackPlan,
  build?: Rebuilds,
): DeployRequest {
  const watched = back.flatMap(({ from, takesOver }) => (takesOver === true && from ? [from] : []))
  const supersede = {
    reason: reason ?? `goes back from ${watched.join(', ')} without waiting for the end of its watch`,
  }
  return {
    app,
    trigger: 'rollback',
    processes: back.map(({ process }) => process),
    pinned: new Map(back.map(each => [each.process, versionOf(each, { config, build })])),
    ...(environment !== undefined && { environment }),
    ...(initiator !== undefined && { initiator }),
    ...(override !== undefined && { override }),
    ...(reason !== undefined && { reason }),
    ...(watched.length > 0 && { supersede }),
  }
}

type VersionOptions = Pick<RollbackRequest, 'config'> & { readonly build: Rebuilds | undefined }

function versionOf({ process, to, rebuild }: Return, { config, build }: VersionOptions): PinnedVersion {
  const { dockerTag, state } = to
  const { imageDigest, ...version } = pinnedTo(to)
  const taskDefinition = config === 'as_it_was' && 'ecs' in state ? state.ecs?.taskDefinition : undefined
  return {
    ...version,
    ...(rebuild === undefined
      ? { imageDigest }
      : { dockerTag: build?.tagOf(process) ?? rebuild.tag ?? dockerTag }),
    ...(taskDefinition !== undefined && { taskDefinition }),
  }
}

async function processesOf(
  { app, environment, processes }: RollbackRequest,
  { ecs }: Ports,
): Promise<readonly string[]> {
  const { services } = await appToChange(ecs, {
    app,
    ...(environment !== undefined && { environment }),
    ...(processes && { processes }),
  })
  return services.map(({ process }) => process)
}

/** Those of the group's processes that run what it brought, restarted or not, or that it is still at. */
async function processesIn(
  id: string,
  { cluster: app, processes }: RollbackRequest,
  { records }: Ports,
): Promise<readonly string[]> {
  if (!id.startsWith('grp_'))
    throw new Refusal({
      code: 'bad_id',
      exit: 'usage',
      message: `group=${id} is no group.`,
      advice: `It takes one id (grp_…): tapit -a ${app} list deploys shows them.`,
    })
  const { deployments } = await findDeployments(app, id, records)
  const members = deployments.map(({ record }) => record)
  const pointers = await records.pointers(app)
  const active = pointers.filter(each => members.some(({ process }) => process === each.process))
  const lineages = await Promise.all(active.map(({ deploymentId }) => lineageOf(app, deploymentId, records)))
  const running = new Set(lineages.flat().map(each => each.id))
  const present = members
    .filter(({ id: each, state }) => isInProgress(state) || running.has(each))
    .map(({ process }) => process)
    .filter(process => processes?.includes(process) ?? true)
  if (present.length > 0) return present
  throw new Refusal({
    code: 'nothing_to_go_back_from',
    message: `nothing that ${id} brought runs any more.`,
    advice: `tapit -a ${app} status shows what does.`,
  })
}

type Open = {
  readonly inFlight: readonly Stored<Deployment>[]
  /** ECS is through with these, and can no longer turn them back: as good as active. */
  readonly watched: readonly Pointer[]
}

const noneOpen: Open = { inFlight: [], watched: [] }

/** What is still in progress of these processes. */
async function openOf(
  processes: readonly string[],
  { app, ports, observer }: { readonly app: string } & Pick<DeployOptions, 'ports' | 'observer'>,
): Promise<Open> {
  const present = await reconcile(await newestAndOpen({ app, processes }, ports.records), { ports, observer })
  return {
    // ECS cannot turn a stop back: what the process goes back to starts it again.
    inFlight: present.filter(
      ({ record: { state } }) => isInProgress(state) && state.is !== 'stopping' && state.is !== 'watching',
    ),
    watched: present.flatMap(({ record }) =>
      record.state.is === 'watching' ? (pointerOf(record, record.state.ecs) ?? []) : [],
    ),
  }
}

function nothing(): never {
  throw new Error('there is nothing to roll back')
}

function otherProcess(to: string, process: string, named: readonly string[]): Refusal {
  return new Refusal({
    code: 'other_process',
    exit: 'usage',
    message: `${to} is a deployment of ${process}, not of ${named.join(', ')}.`,
    advice: 'Leave process= out: the deployment says which it is.',
  })
}

function stillInFlight([first]: readonly Stored<Deployment>[]): Refusal {
  const { app, id, process } = first?.record ?? { app: '', id: '', process: '' }
  return new Refusal({
    code: 'in_progress',
    message: `another deployment of ${process} is in progress: ${id}.`,
    advice: `tapit -a ${app} rollback process=${process} stops it; what ran before runs again then.`,
  })
}
