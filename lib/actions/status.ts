import { stoppedTask } from './stopped-task.ts'
import { causes } from '../deployment/failures/causes.ts'
import type { Failure } from '../deployment/failure.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { isSettled, stageOf } from '../deployment/projections.ts'
import { pauseOf } from '../deployment/states/pause-of.ts'
import { type TaskDefinition, revisionName } from '../deployment/task-definition.ts'
import { tagKeys } from '../names/aws.ts'
import type { Health } from '../names/vocabulary.ts'
import type { Pointer } from '../records/pointer.ts'
import { type AppService, appServices } from './app-services.ts'
import { batches, inParallel } from './batches.ts'
import { digestOf } from './image-of-process.ts'
import { isOngoing } from './is-ongoing.ts'
import { isPlaceholder } from './is-placeholder.ts'
import { kindOfService } from './kind-of-service.ts'
import { loadBalancerAddresses } from './load-balancer-addresses.ts'
import type { Observer } from './observe/observer.ts'
import type { Cluster, Ports, Service } from './ports.ts'
import type { AppStatus, Drift, ProcessStatus } from './process-status.ts'
import { newestRecords } from './newest-records.ts'
import { reconcile } from './reconcile.ts'
import { urlOf } from './url-of.ts'
import { Trouble } from './trouble.ts'

const readsAtOnce = 5
/** A process whose newest record lies behind hundreds of its neighbours' is shown by what AWS says alone. */
const recordsPerPage = 50
const targetGroupsPerCall = 20

/** What runs of every process now, as AWS says, beside what the records say; open records are brought up to date. */
export async function status(
  wish: { app: string; environment?: string },
  { ports, observer }: { ports: Ports; observer: Observer },
): Promise<AppStatus> {
  const { cluster, environment, services } = await appServices(ports.ecs, wish)
  const [pointers, listed, addresses] = await Promise.all([
    ports.records.pointers(cluster.name),
    newestRecords(
      services.map(({ process }) => process),
      from => ports.records.listDeployments({ app: cluster.name, limit: recordsPerPage, ...from }),
    ),
    addressesOf(services, ports),
  ])
  const deployments = (await reconcile(listed, { ports, observer })).map(({ record }) => record)
  const pointersNow = deployments.some(({ state }) => state.is === 'live')
    ? await ports.records.pointers(cluster.name)
    : pointers
  const processes = await inParallel(services, readsAtOnce, each =>
    processStatus(each, {
      ports,
      cluster,
      pointer: pointersNow.find(({ process }) => process === each.process),
      latest: latestOf(deployments.filter(({ process }) => process === each.process)),
      address: each.service.loadBalancers
        .map(({ targetGroup }) => addresses.get(targetGroup))
        .find(found => found !== undefined),
    }),
  )
  const region = cluster.arn.split(':')[3]
  return { app: cluster.name, environment, processes, ...(region !== undefined && { region }) }
}

/** Newest first. One that was to be superseded, and was not, is older than the attempt that failed, and is what is under way. */
function latestOf(deployments: readonly Deployment[]): Deployment | undefined {
  const [newest] = deployments
  if (newest === undefined || newest.state.is === 'live' || !isSettled(newest.state)) return newest
  return deployments.find(({ state }) => !isSettled(state)) ?? newest
}

type Known = {
  readonly ports: Ports
  readonly cluster: Cluster
  readonly pointer?: Pointer
  readonly latest?: Deployment
  readonly address?: string
}

async function processStatus(
  { process, service }: AppService,
  { ports, cluster, pointer, latest, address }: Known,
): Promise<ProcessStatus> {
  const kind = kindOfService({ process, service })
  const isOpen = isOpenRecord(latest)
  const definition =
    service.taskDefinition === '' ? undefined : await ports.ecs.taskDefinition(service.taskDefinition)
  const isOurs = pointer?.taskDefinition === service.taskDefinition
  const isUndeployed =
    !isOurs && definition !== undefined && isPlaceholder(definition, { tags: service.tags, cluster })
  const before = isOpen && isHeldApart(latest) ? (pointer ?? beforeOf(latest)) : undefined
  const running = isUndeployed
    ? {}
    : before === undefined
      ? runningImage(service, pointer, definition)
      : imageOf(before)
  const drift =
    isOpen || isUndeployed ? undefined : await driftOf(service, { pointer, definition, ecs: ports.ecs })
  const trouble = isOpen ? undefined : await troubleOf(service, definition, ports)
  const wasDeployed = !isUndeployed && (pointer !== undefined || running.dockerTag !== undefined)
  const stage = isOpen ? stageOf(latest.state) : wasDeployed ? 'active' : undefined
  const primary = service.deployments.find(each => each.status === 'PRIMARY')
  const isBusy = !isOpen && primary?.rolloutState === 'IN_PROGRESS'
  const unrecorded = isBusy ? await unrecordedOf(service, ports) : undefined
  const url = urlOf({ service, kind, address })
  return {
    process,
    kind,
    health: healthOf(service),
    running: service.running,
    desired: service.desired,
    ...running,
    ...(pointer && (isOurs || before === pointer) && { deploymentId: pointer.deploymentId }),
    ...(stage !== undefined && { stage }),
    ...(url !== undefined && { url }),
    ...(primary?.createdAt !== undefined && { since: primary.createdAt }),
    ...(drift && { drift }),
    ...(isUndeployed && { isPlaceholder: true }),
    ...(unrecorded && { unrecorded }),
    ...(trouble && { trouble }),
    ...(latest !== undefined && latest.state.is !== 'live' && { latest }),
  }
}

/** The service names the new revision from the start; its users are on the old one until the new one has taken all of the traffic. */
function isHeldApart({ strategy, state }: Deployment): boolean {
  const hasAllTraffic = 'traffic' in state && state.traffic?.production === 100
  return strategy !== 'rolling' && !hasAllTraffic
}

type Version = Pick<ProcessStatus, 'dockerTag' | 'imageDigest'>

/** What ran when it began, where tapit has not deployed that. */
function beforeOf({ previous }: Deployment): Version {
  return previous ?? {}
}

function imageOf({ dockerTag, imageDigest }: Version): Version {
  return {
    ...(dockerTag !== undefined && { dockerTag }),
    ...(imageDigest !== undefined && { imageDigest }),
  }
}

function runningImage(
  service: Service,
  pointer: Pointer | undefined,
  definition: TaskDefinition | undefined,
): { dockerTag?: string; imageDigest?: string } {
  if (pointer !== undefined && pointer.taskDefinition === service.taskDefinition) {
    return imageOf(pointer)
  }
  const dockerTag = definition?.tags[tagKeys.dockerTag]
  const imageDigest = definition?.containers
    .map(({ image }) => digestOf(image))
    .find(digest => digest !== undefined)
  return { ...(dockerTag !== undefined && { dockerTag }), ...(imageDigest !== undefined && { imageDigest }) }
}

/** A revision that tapit did not deploy, or an infrastructure that is newer than what runs. */
async function driftOf(
  service: Service,
  {
    pointer,
    definition,
    ecs,
  }: { pointer?: Pointer; definition: TaskDefinition | undefined; ecs: Ports['ecs'] },
): Promise<Drift | undefined> {
  if (pointer === undefined) return undefined
  if (pointer.taskDefinition === service.taskDefinition) return waitingConfig(service, definition, ecs)
  const registeredBy = definition?.definition['registeredBy']
  return {
    is: 'changed_outside',
    taskDefinition: service.taskDefinition,
    ...(typeof registeredBy === 'string' && { registeredBy }),
  }
}

/** A change of the template, or of the count, goes live with the next deploy. */
async function waitingConfig(
  { tags }: Service,
  running: TaskDefinition | undefined,
  ecs: Ports['ecs'],
): Promise<Drift | undefined> {
  const { [tagKeys.template]: family, [tagKeys.count]: count } = tags
  const madeFrom = running?.tags[tagKeys.template]
  const isComparable = family !== undefined && madeFrom !== undefined
  const template = isComparable ? await ecs.taskDefinition(family) : undefined
  const newest = template && revisionName(template.arn)
  const isNewer = newest !== undefined && newest !== madeFrom
  const isCountNew = count !== undefined && count !== running?.tags[tagKeys.count]
  if (!isNewer && !isCountNew) return undefined
  return {
    is: 'config_waiting',
    ...(isNewer && { template: newest }),
    ...(isCountNew && { count: Number(count) }),
  }
}

/** Somebody else's deployment may wait for a person as well. */
async function unrecordedOf(
  { cluster, name }: Service,
  { ecs }: Ports,
): Promise<ProcessStatus['unrecorded']> {
  try {
    const [newest] = await ecs.listServiceDeployments(cluster, name)
    if (newest === undefined || !isOngoing(newest)) return undefined
    const [now] = await ecs.serviceDeployments([newest.arn])
    const pause = now && pauseOf(now)
    return { status: now?.status ?? newest.status, ...(pause && { pause }) }
  } catch (error) {
    // A status without it is better than none.
    if (error instanceof Trouble) return undefined
    throw error
  }
}

function isOpenRecord(latest: Deployment | undefined): latest is Deployment {
  return latest !== undefined && !isSettled(latest.state)
}

/** Why an unhealthy process's tasks stop, as far as the latest of them show. */
async function troubleOf(
  service: Service,
  definition: TaskDefinition | undefined,
  { ecs }: Ports,
): Promise<Failure | undefined> {
  if (healthOf(service) === 'healthy') return undefined
  const { cluster, name, taskDefinition } = service
  try {
    const arns = await ecs.taskArns({
      cluster,
      service: name,
      desiredStatus: 'STOPPED',
      limit: stoppedTasksRead,
    })
    if (arns.length === 0) return undefined
    const tasks = await ecs.tasks(cluster, arns)
    const own = tasks.filter(task => task.taskDefinition === taskDefinition)
    const [cause] = causes(own.map(task => stoppedTask(task, definition)))
    return cause && { code: cause.code, times: cause.times, evidence: cause.evidence }
  } catch (error) {
    // A status without the reason is better than none.
    if (error instanceof Trouble) return undefined
    throw error
  }
}

const stoppedTasksRead = 100

function healthOf({ running, desired, deployments }: Service): Health {
  const isFailing = deployments.some(
    ({ status, rolloutState, failedTasks }) =>
      status === 'PRIMARY' && (rolloutState === 'FAILED' || (failedTasks > 0 && running < desired)),
  )
  if (isFailing) return 'unhealthy'
  return running >= desired ? 'healthy' : 'pending'
}

/** DNS names by ARN of the target group; target groups are only asked for here to make URLs, and those stop nothing. */
async function addressesOf(
  services: readonly AppService[],
  { targets }: Ports,
): Promise<ReadonlyMap<string, string>> {
  const arns = [
    ...new Set(
      services.flatMap(({ service }) => service.loadBalancers.map(({ targetGroup }) => targetGroup)),
    ),
  ]
  try {
    const groups = await inParallel(batches(arns, targetGroupsPerCall), readsAtOnce, batch =>
      targets.groups(batch),
    )
    return await loadBalancerAddresses(groups.flat(), targets)
  } catch (error) {
    if (error instanceof Trouble) return new Map()
    throw error
  }
}
