import type { Deployment } from '../../deployment/deployment.ts'
import { isInProgress } from '../../deployment/projections.ts'
import { type ExitName, Refusal } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { Stored } from '../../records/records.ts'
import { appServices } from '../services/app-services.ts'
import { cancelDeployments } from '../cancel-continue/cancel-deployments.ts'
import { deploy } from '../deploy/deploy.ts'
import type { DeployOptions } from '../deploy/deploy-options.ts'
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
import { saidOf } from './said-of.ts'

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
  /** Deployments that ECS is at: it turns them back by itself. */
  readonly inFlight: readonly Stored<Deployment>[]
  readonly back: readonly Return[]
}

/** Where a process goes back to, and how its image is built again where it is gone. */
export type Return = GoingBack & { readonly rebuild?: Rebuild }

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
    const back = await namedToGoBackTo({ app, id: to, pointers: await records.pointers(app) }, records)
    const named = request.processes
    if (named !== undefined && !named.includes(back.process)) throw otherProcess(to, back.process, named)
    const inFlight = await openOf([back.process], { app, ports, observer })
    if (inFlight.length > 0) throw stillInFlight(inFlight)
    return { inFlight, back: await withRebuilds([back], { ports, rebuild }) }
  }
  const processes =
    group === undefined ? await processesOf(request, ports) : await processesIn(group, request, ports)
  const inFlight = await openOf(processes, { app, ports, observer })
  const busy = new Set(inFlight.map(({ record }) => record.process))
  // Read after the records were brought up to date: what has just gone live is what is gone back from.
  // Of a stopped process, what was stopped.
  const pointers = [...(await records.pointers(app)), ...(await records.stoppedPointers(app))]
  const still = processes.filter(process => !busy.has(process))
  const back = await Promise.all(
    still.map(process => {
      const pointer = pointers.find(each => each.process === process)
      return newestToGoBackTo({ app, process, ...(pointer && { pointer }) }, records)
    }),
  )
  return { inFlight, back: await withRebuilds(back, { ports, rebuild }) }
}

/** Retention keeps what rollbacks usually need; what is gone all the same is built again. */
async function withRebuilds(
  back: readonly GoingBack[],
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

/** Carries a rollback out: each process by itself, in the whole life of a deployment. */
export async function* rollBack(
  request: RollbackRequest,
  plan: RollbackPlan,
  options: RollbackOptions,
): AsyncGenerator<DeployEvent, RollbackEnd, void> {
  const { ports, observer, wait, signal, build } = options
  const { reason } = request
  const [first] = plan.inFlight
  const cancelled =
    first === undefined
      ? undefined
      : yield* cancelDeployments(
          { is: 'recorded', group: await groupOf(first.record, ports.records), open: plan.inFlight },
          {
            ports,
            observer,
            wait: wait && plan.back.length === 0,
            signal,
            ...(reason !== undefined && { reason }),
          },
        )
  if (plan.back.length === 0) return cancelled ?? nothing()
  for (const warning of rebuildWarnings(plan)) yield { is: 'warned', at: ports.clock.now(), warning }
  const end = yield* deploy(deployRequest(request, plan, build), options)
  return { ...end, deployments: [...end.deployments, ...(cancelled?.deployments ?? [])] }
}

/** Of each image that is gone, what is built in its place. */
export function rebuildWarnings({ back }: RollbackPlan): readonly Warning[] {
  return back.flatMap(({ process, to: { dockerTag }, rebuild }): readonly Warning[] =>
    rebuild === undefined ? [] : [{ is: 'rebuilding', process, dockerTag, source: rebuild.from }],
  )
}

/** The request of the deploy that brings the earlier versions back. */
export function deployRequest(
  { app, environment, initiator, config, reason, override }: RollbackRequest,
  { back }: RollbackPlan,
  build?: Rebuilds,
): DeployRequest {
  return {
    app,
    trigger: 'rollback',
    processes: back.map(({ process }) => process),
    pinned: new Map(back.map(each => [each.process, versionOf(each, { config, build })])),
    ...(environment !== undefined && { environment }),
    ...(initiator !== undefined && { initiator }),
    ...(override !== undefined && { override }),
    ...(reason !== undefined && { reason }),
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
  const { services } = await appServices(ecs, {
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

/** What is still in progress of these processes. */
async function openOf(
  processes: readonly string[],
  { app, ports, observer }: { readonly app: string } & Pick<DeployOptions, 'ports' | 'observer'>,
): Promise<readonly Stored<Deployment>[]> {
  const present = await reconcile(await newestAndOpen({ app, processes }, ports.records), { ports, observer })
  // ECS cannot turn a stop back: what the process goes back to starts it again.
  return present.filter(({ record: { state } }) => isInProgress(state) && state.is !== 'stopping')
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
