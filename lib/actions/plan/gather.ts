import type { Stop } from '../../deployment/deployment.ts'
import type { TaskDefinition } from '../../deployment/task-definition.ts'
import { parameterPath, tagKeys } from '../../names/aws.ts'
import type { Lease } from '../../records/lease.ts'
import type { Pointer } from '../../records/pointer.ts'
import type { AppService, AppServices } from '../services/app-services.ts'
import { appToChange } from '../services/app-to-change.ts'
import { batches, inParallel } from '../batches.ts'
import { type Ambiguous, type ProcessImage, imageOfProcess } from '../services/image-of-process.ts'
import {
  type FoundImage,
  type MissingImage,
  type UnbuiltImage,
  findImages,
  findKnown,
} from '../images/find-images.ts'
import { type Guards, guardsOf, unguarded } from './guards-of.ts'
import { isPlaceholder } from '../services/is-placeholder.ts'
import { isQuiet } from '../services/is-quiet.ts'
import { loadBalancerAddresses } from '../services/load-balancer-addresses.ts'
import type { Ports, Service, ServiceDeploymentBrief, TargetGroup, Task } from '../ports.ts'
import type { DeployRequest, PinnedVersion } from './request.ts'
import { standingLeases } from '../leases/standing-leases.ts'
import { Trouble } from '../trouble.ts'

/** Everything that a plan is made from, as AWS and the records said it. */
export type Gathered = Omit<AppServices, 'services'> & {
  readonly caller: string
  readonly processes: readonly GatheredProcess[]
  /** Why no deployment could be followed here, if none could. */
  readonly cannotFollow?: Trouble
  /** Names and values of the app's settings. */
  readonly parameters: ReadonlyMap<string, string>
}

export type GatheredProcess = AppService &
  Guards & {
    /** The revision that the PRIMARY deployment names. */
    readonly current: TaskDefinition | undefined
    /** The current revision is what CDK put there until the first deploy. */
    readonly isPlaceholder: boolean
    /** The revision that a new one is made from: the template's newest, else the current one. */
    readonly base: TaskDefinition | undefined
    /** The template family that the service names, if it names one. */
    readonly template?: string
    readonly image: FoundImage | UnbuiltImage | MissingImage | Ambiguous
    /** Looked up only where the service does not look quiet. */
    readonly history?: readonly ServiceDeploymentBrief[]
    /** Where a rollback would go, if that is not the current revision. */
    readonly lastCompleted?: string
    readonly tasks: readonly Task[]
    readonly targetGroups: readonly TargetGroup[]
    readonly address?: string
    readonly pointer?: Pointer
    /** The process is stopped. */
    readonly stop?: Stop
    /** That another deployment of it has, and is not through with. */
    readonly lease?: Lease
  }

const readsAtOnce = 5
const tasksPerCall = 100
const targetGroupsPerCall = 20
const tasksRead = 1000

export type GatherOptions = {
  /** Also what runs now, to show what would change. */
  readonly compares: boolean
  /** The images are built first and get this tag: then none is looked up. */
  readonly unbuiltTag?: string
  /** Its leases are taken already. */
  readonly holdsLeases?: boolean
}

/** Reads what a deploy needs to know, batched wherever AWS allows it. Changes nothing. */
export async function gather(
  request: DeployRequest,
  ports: Ports,
  { compares, unbuiltTag, holdsLeases = false }: GatherOptions,
): Promise<Gathered> {
  const { services, ...app } = await appToChange(ports.ecs, request)
  const { name: cluster } = app.cluster
  const [caller, pointers, stopped, leases, tasks, targetGroups, parameters] = await Promise.all([
    ports.identity.caller(),
    ports.records.pointers(cluster),
    ports.records.stoppedPointers(cluster),
    // Nothing stands in the way of whoever takes over.
    holdsLeases || request.supersede !== undefined ? [] : leasesOf(services, cluster, ports),
    runningTasks(ports, cluster),
    targetGroupsOf(services, ports),
    ports.parameters.under(parameterPath(cluster)),
  ])
  const [addresses, guards] = await Promise.all([
    loadBalancerAddresses(targetGroups, ports.targets),
    guardsOf(services, { place: { ...app, parameters }, request, ports }),
  ])
  const definitions = await inParallel(services, readsAtOnce, ({ process, service }) => {
    const isRecorded = pointers.some(({ taskDefinition }) => taskDefinition === service.taskDefinition)
    // What runs says which count it was deployed with.
    const hasCount = service.tags[tagKeys.count] !== undefined
    const restored = request.pinned?.get(process)?.taskDefinition
    return definitionsOf(service, { restored, needsCurrent: compares || hasCount || !isRecorded }, ports)
  })
  const wanted = services.map(({ service }, index) => imageOf(service, definitions[index]?.base, app))
  const images =
    unbuiltTag === undefined || request.pinned !== undefined
      ? await imagesOf(services, wanted, { request, ports })
      : wanted.map(each => ('reason' in each ? each : unbuilt(each, unbuiltTag)))
  const { cannotFollow, historyOf } = await histories(services, ports)
  const processes = await inParallel(
    [...services.entries()],
    readsAtOnce,
    async ([index, { process, service }]): Promise<GatheredProcess> => {
      const own = targetGroups.filter(({ arn }) =>
        service.loadBalancers.some(({ targetGroup }) => targetGroup === arn),
      )
      const address = own.map(({ arn }) => addresses.get(arn)).find(each => each !== undefined)
      const current = definitions[index]?.current
      return {
        process,
        service,
        current,
        isPlaceholder:
          current !== undefined && isPlaceholder(current, { tags: service.tags, cluster: app.cluster }),
        base: definitions[index]?.base,
        image: images[index] ?? noDefinition(service),
        tasks: tasks.filter(({ group }) => group === `service:${service.name}`),
        targetGroups: own,
        ...(guards[index] ?? unguarded),
        ...historyOf.get(service.name),
        template: service.tags[tagKeys.template],
        address,
        pointer: pointers.find(pointer => pointer.process === process),
        stop: stopped.find(pointer => pointer.process === process)?.stop,
        lease: leases.find(lease => lease.process === process),
      }
    },
  )
  return { ...app, caller, processes, cannotFollow, parameters }
}

type History = { readonly history: readonly ServiceDeploymentBrief[]; readonly lastCompleted?: string }

type Histories = { readonly historyOf: ReadonlyMap<string, History>; readonly cannotFollow?: Trouble }

/**
 * The service deployments of what does not look quiet. One service is asked for in any case: an endpoint that does not know service
 * deployments, or a caller who may not read them, is found out before anything changes.
 */
async function histories(services: readonly AppService[], { ecs }: Ports): Promise<Histories> {
  const followable = services
    .map(({ service }) => service)
    .filter(({ controller, deployments }) => controller === 'ECS' && deployments.length > 0)
  const unquiet = followable.filter(service => !isQuiet(service))
  try {
    const [some] = followable
    if (unquiet.length === 0 && some !== undefined) await ecs.listServiceDeployments(some.cluster, some.name)
    return {
      historyOf: new Map(
        await inParallel(
          unquiet,
          readsAtOnce,
          async service => [service.name, await historyOf(service, ecs)] as const,
        ),
      ),
    }
  } catch (error) {
    if (error instanceof Trouble && error.code === 'not_implemented')
      return { historyOf: new Map(), cannotFollow: error }
    throw error
  }
}

async function historyOf({ cluster, name }: Service, ecs: Ports['ecs']): Promise<History> {
  const history = await ecs.listServiceDeployments(cluster, name)
  const success = history.find(({ status }) => status === 'SUCCESSFUL')?.targetRevision
  if (success === undefined) return { history }
  const [revision] = await ecs.serviceRevisions([success])
  return { history, lastCompleted: revision?.taskDefinition }
}

async function runningTasks({ ecs }: Ports, cluster: string): Promise<readonly Task[]> {
  const arns = await ecs.taskArns({ cluster, desiredStatus: 'RUNNING', limit: tasksRead })
  const answers = await inParallel(batches(arns, tasksPerCall), readsAtOnce, batch =>
    ecs.tasks(cluster, batch),
  )
  return answers.flat()
}

async function targetGroupsOf(
  services: readonly AppService[],
  { targets }: Ports,
): Promise<readonly TargetGroup[]> {
  const arns = [
    ...new Set(
      services.flatMap(({ service }) => service.loadBalancers.map(({ targetGroup }) => targetGroup)),
    ),
  ]
  const answers = await inParallel(batches(arns, targetGroupsPerCall), readsAtOnce, batch =>
    targets.groups(batch),
  )
  return answers.flat()
}

async function leasesOf(
  services: readonly AppService[],
  cluster: string,
  { records }: Ports,
): Promise<readonly Lease[]> {
  const leases = await records.leases(cluster)
  const own = leases.filter(lease => services.some(({ process }) => process === lease.process))
  return standingLeases(own, records)
}

/** AWS has no batch of these: what runs is only read where it is compared with what comes, or where our own records don't know it. */
async function definitionsOf(
  service: Service,
  { needsCurrent, restored }: { readonly needsCurrent: boolean; readonly restored?: string },
  { ecs }: Ports,
): Promise<{ current?: TaskDefinition; base?: TaskDefinition }> {
  if (service.taskDefinition === '') return {}
  const template = service.tags[tagKeys.template]
  const baseReference = restored ?? template
  const [current, base] = await Promise.all([
    needsCurrent || baseReference === undefined ? ecs.taskDefinition(service.taskDefinition) : undefined,
    baseReference === undefined ? undefined : ecs.taskDefinition(baseReference),
  ])
  return { current, base: baseReference === undefined ? current : base }
}

function imageOf(
  service: Service,
  base: TaskDefinition | undefined,
  { cluster }: Pick<AppServices, 'cluster'>,
): ProcessImage | Ambiguous {
  return base === undefined ? noDefinition(service) : imageOfProcess(service.tags, base, cluster)
}

/** In the order of the services. What is brought back is named by its digest, whatever its tag means by now. */
async function imagesOf(
  services: readonly AppService[],
  wanted: readonly (ProcessImage | Ambiguous)[],
  { request, ports: { images } }: { readonly request: DeployRequest; readonly ports: Ports },
): Promise<readonly GatheredProcess['image'][]> {
  const { pinned } = request
  if (pinned === undefined) return findImages(wanted, request.dockerTag, images)
  return inParallel([...wanted.entries()], readsAtOnce, async ([index, each]) => {
    const version = pinned.get(services[index]?.process ?? '')
    if ('reason' in each) return each
    if (version === undefined) throw new Error(`nothing was said of ${services[index]?.process}`)
    return imageOfVersion(each, version, images)
  })
}

async function imageOfVersion(
  image: ProcessImage,
  { dockerTag, imageDigest, toBeCopied }: PinnedVersion,
  images: Ports['images'],
): Promise<FoundImage | UnbuiltImage | MissingImage> {
  if (imageDigest === undefined) return unbuilt(image, dockerTag)
  if (toBeCopied !== undefined) return { ...image, dockerTag, digest: imageDigest, ...toBeCopied }
  return { ...image, ...(await findKnown(image.repository, { dockerTag, imageDigest }, images)) }
}

function unbuilt(image: ProcessImage, dockerTag: string): UnbuiltImage {
  return { ...image, dockerTag, isUnbuilt: true }
}

function noDefinition({ tags, taskDefinition }: Service): Ambiguous {
  const template = tags[tagKeys.template]
  return template === undefined
    ? {
        reason: `its task definition ${taskDefinition || '(none)'} cannot be read.`,
        advice: 'Deploy the infrastructure again (cdk deploy).',
      }
    : {
        reason: `its template family "${template}" has no active revision.`,
        advice: 'Deploy the infrastructure again (cdk deploy).',
      }
}
