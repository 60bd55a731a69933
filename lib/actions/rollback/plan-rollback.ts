import { isInProgress } from '../../deployment/projections.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Pointer } from '../../records/pointer.ts'
import type { Stored } from '../../records/records.ts'
import type { Rebuild } from '../build/rebuild.ts'
import type { Rebuilds } from '../build/rebuilds.ts'
import type { DeployOptions } from '../deploy/deploy-options.ts'
import { findDeployments } from '../history/find-deployments.ts'
import { newestAndOpen } from '../history/newest-and-open.ts'
import type { DeployRequest } from '../plan/request.ts'
import type { Ports } from '../ports.ts'
import { exitOfRefusal } from '../exit-of-refusal.ts'
import { saidOf } from '../said-of.ts'
import { appToChange } from '../services/app-to-change.ts'
import { pointerOf } from '../settle/pointer-of.ts'
import { reconcile } from '../settle/reconcile.ts'
import { type GoingBack, lineageOf, namedToGoBackTo, newestToGoBackTo } from './going-back.ts'

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
  const back = await allOrNone(still, request, async process => {
    const pointer = pointers.find(each => each.process === process)
    const { config } = request
    const found = await newestToGoBackTo({ app, process, config, ...(pointer && { pointer }) }, records)
    return takingOver(found, open)
  })
  return { inFlight, back: await withRebuilds(back, { ports, rebuild }) }
}

/** Nothing goes back where one of them cannot; what is said of that one names the others. */
async function allOrNone(
  processes: readonly string[],
  { cluster: app, group }: RollbackRequest,
  goingBack: (process: string) => Promise<Return>,
): Promise<readonly Return[]> {
  const answers = await Promise.allSettled(processes.map(goingBack))
  const broken = answers.find(each => each.status === 'rejected')
  if (broken === undefined) return answers.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
  const others = processes.filter((_, index) => answers[index]?.status === 'fulfilled')
  const { reason } = broken
  if (!(reason instanceof Refusal) || others.length === 0) throw reason
  const wish = `${group === undefined ? '' : ` group=${group}`} process=${others.join(',')}`
  const { code, message, advice = '' } = reason
  throw new Refusal({
    code,
    message: `${message} Nothing was rolled back.`,
    advice: `${advice} Without it: tapit -a ${app} rollback${wish}`.trimStart(),
    exit: exitOfRefusal(reason),
    cause: reason,
  })
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
