import type { Deployment } from '../../deployment/deployment.ts'
import { hasBegun, isSettled, stageOf } from '../../deployment/projections.ts'
import { clusterName, tagKeys } from '../../names/aws.ts'
import type { Pointer, StoppedPointer } from '../../records/pointer.ts'
import type { Stored } from '../../records/records.ts'
import { type AppService, type AppServices, appServices } from '../services/app-services.ts'
import { driftOf } from './drift-of.ts'
import { pointerTo } from '../settle/finalize.ts'
import { healthOfService } from './health-of-service.ts'
import { digestOf } from '../services/image-of-process.ts'
import { isPlaceholder } from '../services/is-placeholder.ts'
import { isQuiet } from '../services/is-quiet.ts'
import { kindOfService } from '../services/kind-of-service.ts'
import type { Observer } from '../observe/observer.ts'
import type { Cluster, Ports, Service } from '../ports.ts'
import type { AppStatus, ProcessStatus } from './process-status.ts'
import { reconcile } from '../settle/reconcile.ts'
import { type Details, type Wanted, addressesOf, detailsOf } from './status-reads.ts'
import { urlOf } from '../services/url-of.ts'

export type StatusWish = {
  readonly app: string
  readonly environment?: string
  /** @default - all of them */
  readonly processes?: readonly string[]
}

type Means = { readonly ports: Ports; readonly observer: Observer }

/**
 * What runs of every process now, as AWS says, beside what the records say; open records are brought up to date. What need not wait for
 * each other is asked at once: with fifty processes that is what makes it quick.
 */
export async function status(wish: StatusWish, means: Means): Promise<AppStatus> {
  const asked = historyOf(clusterName(wish.app, wish.environment), means)
  // A cluster that is not there is the better answer.
  asked.catch(() => {})
  const app = await appServices(means.ports.ecs, wish)
  const history = await asked
  const [processes, addresses] = await Promise.all([
    presentAndDetails(app, history, means),
    addressesOf(app.services, means.ports),
  ])
  const region = app.cluster.arn.split(':')[3]
  return {
    app: app.cluster.name,
    environment: app.environment,
    processes: processes.map(known =>
      processStatus(known, {
        cluster: app.cluster,
        address: known.service.loadBalancers
          .map(({ targetGroup }) => addresses.get(targetGroup))
          .find(found => found !== undefined),
      }),
    ),
    ...(region !== undefined && { region }),
    ...(wish.environment !== undefined &&
      wish.environment !== app.environment && { asked: wish.environment }),
  }
}

/** The first page tells of nearly all: the second is as long as an answer of DynamoDB. */
const pages = [100, 400] as const

type Page = Awaited<ReturnType<Ports['records']['listDeployments']>>

type History = {
  readonly pointers: readonly Pointer[]
  readonly stopped: readonly StoppedPointer[]
  readonly page: Page
  /** The page as it is once its open records have been brought up to date. */
  readonly present: Promise<readonly Stored<Deployment>[]>
}

async function historyOf(app: string, { ports, observer }: Means): Promise<History> {
  const { records } = ports
  const [pointers, stopped, page] = await Promise.all([
    records.pointers(app),
    records.stoppedPointers(app),
    records.listDeployments({ app, limit: pages[0], isOneQuery: true }),
  ])
  const present = reconcile(page.deployments, { ports, observer })
  present.catch(() => {})
  return { pointers, stopped, page, present }
}

/** All that is known of one process. */
type Known = AppService & {
  readonly pointer: Pointer | undefined
  readonly stopped: StoppedPointer | undefined
  /** Newest first. */
  readonly records: readonly Deployment[]
  readonly details: Details
}

async function presentAndDetails(
  { cluster, services }: AppServices,
  history: History,
  { ports, observer }: Means,
): Promise<readonly Known[]> {
  const names = services.map(({ process }) => process)
  const before = history.page.deployments.map(({ record }) => record)
  const of = (process: string, records: readonly Deployment[], pointers: readonly Pointer[]) => ({
    records: records.filter(each => each.process === process),
    pointer: pointers.find(each => each.process === process),
  })
  const first = services.map(each => wantedOf(each, of(each.process, before, history.pointers)))
  const [newer, older, details] = await Promise.all([
    history.present,
    olderRecords(names, { app: cluster.name, page: history.page }, { ports, observer }),
    detailsOf(first, ports),
  ])
  const records = [...newer, ...older].map(({ record }) => record)
  const pointers = withNews(history.pointers, records, [...before, ...older.map(({ record }) => record)])
  const second = services
    .map(each => wantedOf(each, of(each.process, records, pointers)))
    .filter((each, index) => wantsMore(each, first[index]))
  const late = second.length === 0 ? undefined : await detailsOf(second, ports)
  return services.map(each => ({
    ...each,
    ...of(each.process, records, pointers),
    stopped: history.stopped.find(({ process }) => process === each.process),
    details: late?.get(each.process) ?? details.get(each.process) ?? {},
  }))
}

/** One of each process that the first page does not tell of; one whose newest lies behind hundreds of its neighbours' is shown by what AWS says alone. */
async function olderRecords(
  processes: readonly string[],
  { app, page }: { readonly app: string; readonly page: Page },
  { ports, observer }: Means,
): Promise<readonly Stored<Deployment>[]> {
  const unseen = processes.filter(
    process => !page.deployments.some(({ record }) => record.process === process && hasBegun(record)),
  )
  if (unseen.length === 0 || page.next === undefined) return []
  const { deployments } = await ports.records.listDeployments({
    app,
    limit: pages[1],
    from: page.next,
    isOneQuery: true,
  })
  const missing = new Set(unseen)
  return reconcile(
    deployments.filter(({ record }) => hasBegun(record) && missing.delete(record.process)),
    { ports, observer },
  )
}

/** The pointers after what this look itself has seen go live: whoever went live later has moved theirs before. */
function withNews(
  pointers: readonly Pointer[],
  now: readonly Deployment[],
  before: readonly Deployment[],
): readonly Pointer[] {
  const news = now.filter(each => !before.includes(each)).flatMap(each => pointerTo(each) ?? [])
  const all = [...pointers, ...news]
  return all.filter(
    each =>
      !all.some(other => other.process === each.process && other !== each && isLater(other, each, news)),
  )
}

function isLater(one: Pointer, other: Pointer, news: readonly Pointer[]): boolean {
  if (one.ecsCreatedAt !== other.ecsCreatedAt) return one.ecsCreatedAt > other.ecsCreatedAt
  return news.indexOf(one) < news.indexOf(other)
}

type Recorded = { readonly records: readonly Deployment[]; readonly pointer: Pointer | undefined }

function wantedOf(each: AppService, recorded: Recorded): Wanted {
  const { service } = each
  const { pointer, records } = recorded
  const isAtRest = underWay(records) === undefined
  const isKnown = recordOf(service.taskDefinition, recorded) !== undefined
  const isOurs = pointer?.taskDefinition === service.taskDefinition
  const isNews = pointer !== undefined && (!isOurs || (hasConfig(each) && pointer.config === undefined))
  const isUnwell = healthOfService(service) !== 'healthy'
  return {
    ...each,
    // What ECS is through with is at rest as soon as its record is brought up to date, and is not asked for a second time then.
    atRest: isAtRest || isQuiet(service),
    definition: !isKnown || (isAtRest && (isNews || isUnwell)),
  }
}

/** Whether something is worth a call now that was not before. */
function wantsMore(now: Wanted, before: Wanted | undefined): boolean {
  return (now.atRest && before?.atRest !== true) || (now.definition && before?.definition !== true)
}

/** Whether its infrastructure says what the next deploy takes along. */
function hasConfig({ service: { tags } }: AppService): boolean {
  return tags[tagKeys.template] !== undefined || tags[tagKeys.count] !== undefined
}

/** The version that a revision was registered for. */
function recordOf(
  taskDefinition: string,
  { pointer, records }: Recorded,
): (Version & { readonly id: string }) | undefined {
  if (pointer?.taskDefinition === taskDefinition) return { ...pointer, id: pointer.deploymentId }
  return records.find(({ state }) => 'ecs' in state && state.ecs?.taskDefinition === taskDefinition)
}

/** What ECS is at, or is about to be asked for. One that was to be superseded, and was not, is older than the attempt that failed. */
function underWay(records: readonly Deployment[]): Deployment | undefined {
  const begun = records.filter(hasBegun)
  const [newest] = begun
  if (newest === undefined || newest.state.is === 'live') return undefined
  return begun.find(({ state }) => !isSettled(state))
}

/** What people want to know besides what runs. */
function latestOf(records: readonly Deployment[]): Deployment | undefined {
  const newest = records.find(({ state }) => state.is !== 'awaiting_approval')
  return underWay(records) ?? (newest?.state.is === 'live' ? undefined : newest)
}

/** Since when that runs which is told of: what ran before, while the new version is held apart from it, else what ECS has. */
function runsSince(
  { deployments }: Service,
  {
    before,
    pointer,
  }: { readonly before: Partial<Version> | undefined; readonly pointer: Pointer | undefined },
): number | undefined {
  if (before === undefined) return deployments.find(({ status }) => status === 'PRIMARY')?.createdAt
  if (pointer !== undefined) return pointer.ecsCreatedAt
  const began = deployments.flatMap(({ createdAt }) => (createdAt === undefined ? [] : [createdAt]))
  return began.length === 0 ? undefined : Math.min(...began)
}

function processStatus(
  { process, service, pointer, stopped, records, details }: Known,
  { cluster, address }: { readonly cluster: Cluster; readonly address: string | undefined },
): ProcessStatus {
  const kind = kindOfService({ process, service })
  const open = underWay(records)
  const latest = latestOf(records)
  const waiting = records.find(({ state }) => state.is === 'awaiting_approval')
  const { definition, template, images, trouble, unrecorded } = details
  const known = recordOf(service.taskDefinition, { pointer, records })
  const isOurs = pointer?.taskDefinition === service.taskDefinition
  const isUndeployed =
    known === undefined &&
    definition !== undefined &&
    isPlaceholder(definition, { tags: service.tags, cluster })
  const before = open !== undefined && isHeldApart(open) ? (pointer ?? open.previous ?? {}) : undefined
  const running = isUndeployed ? {} : versionOf(before ?? known ?? foreignVersion(details))
  const drift =
    open !== undefined || isUndeployed || stopped !== undefined
      ? undefined
      : driftOf(service, { pointer, definition, template, images })
  const wasDeployed = !isUndeployed && (pointer !== undefined || running.dockerTag !== undefined)
  const isActive = wasDeployed && stopped === undefined
  const stage = open !== undefined ? stageOf(open.state) : isActive ? 'active' : undefined
  const url = urlOf({ service, kind, address })
  const since =
    stopped !== undefined && open === undefined ? stopped.stop.at : runsSince(service, { before, pointer })
  return {
    process,
    kind,
    ...(isMeantToRun(service) && { health: healthOfService(service) }),
    running: service.running,
    desired: service.desired,
    ...running,
    ...(pointer && (isOurs || before === pointer) && { deploymentId: pointer.deploymentId }),
    ...(stage !== undefined && { stage }),
    ...(url !== undefined && { url }),
    ...(since !== undefined && { since }),
    ...(drift && { drift }),
    ...(stopped && { stopped: stopped.stop }),
    ...(isUndeployed && { isPlaceholder: true }),
    ...(open === undefined && unrecorded && { unrecorded }),
    ...(open === undefined && trouble && { trouble }),
    ...(latest && { latest }),
    ...(waiting && { waiting }),
  }
}

/** What nobody wants is neither healthy nor ill. */
function isMeantToRun({ desired, running }: Service): boolean {
  return desired > 0 || running > 0
}

/** The service names the new revision from the start; its users are on the old one until the new one has taken all of the traffic. */
function isHeldApart({ strategy, state }: Deployment): boolean {
  const hasAllTraffic = 'traffic' in state && state.traffic?.production === 100
  return strategy !== 'rolling' && !hasAllTraffic
}

type Version = Pick<ProcessStatus, 'dockerTag' | 'imageDigest'>

function versionOf({ dockerTag, imageDigest }: Version): Version {
  return {
    ...(dockerTag !== undefined && { dockerTag }),
    ...(imageDigest !== undefined && { imageDigest }),
  }
}

/** What the revision says itself, which tapit may have registered long ago. */
function foreignVersion({ definition }: Details): { dockerTag?: string; imageDigest?: string } {
  const dockerTag = definition?.tags[tagKeys.dockerTag]
  const imageDigest = definition?.containers
    .map(({ image }) => digestOf(image))
    .find(digest => digest !== undefined)
  return { ...(dockerTag !== undefined && { dockerTag }), ...(imageDigest !== undefined && { imageDigest }) }
}
