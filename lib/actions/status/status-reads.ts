import { causes } from '../../deployment/failures/causes.ts'
import type { Failure } from '../../deployment/failure.ts'
import { pauseOf } from '../../deployment/states/pause-of.ts'
import { type TaskDefinition, revisionName } from '../../deployment/task-definition.ts'
import { tagKeys } from '../../names/aws.ts'
import type { AppService } from '../services/app-services.ts'
import { batches, inParallel } from '../batches.ts'
import { healthOfService } from './health-of-service.ts'
import { isOngoing } from '../services/is-ongoing.ts'
import { loadBalancerAddresses } from '../services/load-balancer-addresses.ts'
import type { Ports, Service } from '../ports.ts'
import type { ProcessStatus } from './process-status.ts'
import { stoppedTask } from '../tasks/stopped-task.ts'
import { Trouble } from '../trouble.ts'

/** As many as ECS lets through at once (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html). */
const definitionsAtOnce = 50
const readsAtOnce = 25
const targetGroupsPerCall = 20
const revisionsPerCall = 20
const stoppedTasksRead = 100

/** What is worth a call about one process. */
export type Wanted = AppService & {
  /** Whether its task definition must be read: nobody knows what it is. */
  readonly definition: boolean
  /** Whether it is at rest, or about to be, so that what differs from the records is worth knowing. */
  readonly atRest: boolean
}

/** What AWS tells of one process beyond its service. */
export type Details = {
  readonly definition?: TaskDefinition
  /** The newest revision of its template: `shop-web-template:7`. */
  readonly template?: string
  /** What runs, images with their digests; absent while it changes. */
  readonly images?: readonly string[]
  readonly trouble?: Failure
  readonly unrecorded?: ProcessStatus['unrecorded']
}

/** Reads all that no other answer must be waited for, for all processes at once; by process. */
export async function detailsOf(
  wanted: readonly Wanted[],
  ports: Ports,
): Promise<ReadonlyMap<string, Details>> {
  const running = wanted.filter(each => each.definition && each.service.taskDefinition !== '')
  const atRest = wanted.filter(each => each.atRest)
  const references = [
    ...running.map(({ service }) => service.taskDefinition),
    ...atRest.flatMap(({ service }) => service.tags[tagKeys.template] ?? []),
  ]
  const definitions = definitionsIn(references, ports)
  const [read, images, troubles, unrecorded] = await Promise.all([
    definitions,
    imagesIn(atRest, ports),
    inParallel(atRest, readsAtOnce, ({ service }) => troubleOf(service, definitions, ports)),
    inParallel(atRest, readsAtOnce, ({ service }) => unrecordedOf(service, ports)),
  ])
  return new Map(
    wanted.map(({ process, service }) => {
      const index = atRest.findIndex(each => each.process === process)
      const definition = read.get(service.taskDefinition)
      const template = index === -1 ? undefined : read.get(service.tags[tagKeys.template] ?? '')
      const [trouble, ongoing] = [troubles[index], unrecorded[index]]
      const imagesHere = images.get(service.currentRevisions?.[0] ?? '')
      return [
        process,
        {
          ...(definition && { definition }),
          ...(template && { template: revisionName(template.arn) }),
          ...(imagesHere && service.currentRevisions?.length === 1 && { images: imagesHere }),
          ...(trouble && { trouble }),
          ...(ongoing && { unrecorded: ongoing }),
        },
      ]
    }),
  )
}

/** DNS names by ARN of the target group; target groups are only asked for here to make URLs, and those stop nothing. */
export async function addressesOf(
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

/** AWS has no batch of these. */
async function definitionsIn(
  references: readonly string[],
  { ecs }: Ports,
): Promise<ReadonlyMap<string, TaskDefinition>> {
  const unique = [...new Set(references)]
  const answers = await inParallel(unique, definitionsAtOnce, reference => ecs.taskDefinition(reference))
  return new Map(
    unique.flatMap((reference, index) => {
      const definition = answers[index]
      return definition === undefined ? [] : [[reference, definition] as const]
    }),
  )
}

/** By ARN of the service revision. */
async function imagesIn(
  services: readonly AppService[],
  { ecs }: Ports,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const arns = services.flatMap(({ service }) => service.currentRevisions ?? [])
  try {
    const answers = await inParallel(batches(arns, revisionsPerCall), readsAtOnce, batch =>
      ecs.serviceRevisions(batch),
    )
    return new Map(answers.flat().map(({ arn, images = [] }) => [arn, images]))
  } catch (error) {
    // A status without it is better than none.
    if (error instanceof Trouble) return new Map()
    throw error
  }
}

/** Somebody else's deployment may wait for a person as well. */
async function unrecordedOf(service: Service, { ecs }: Ports): Promise<ProcessStatus['unrecorded']> {
  const { cluster, name, deployments } = service
  const primary = deployments.find(each => each.status === 'PRIMARY')
  if (primary?.rolloutState !== 'IN_PROGRESS') return undefined
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

/** Why an unhealthy process's tasks stop, as far as the latest of them show. */
async function troubleOf(
  service: Service,
  definitions: Promise<ReadonlyMap<string, TaskDefinition>>,
  { ecs }: Ports,
): Promise<Failure | undefined> {
  if (healthOfService(service) === 'healthy') return undefined
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
    const definition = (await definitions).get(taskDefinition)
    const [cause] = causes(own.map(task => stoppedTask(task, definition)))
    return cause && { code: cause.code, times: cause.times, evidence: cause.evidence }
  } catch (error) {
    // A status without the reason is better than none.
    if (error instanceof Trouble) return undefined
    throw error
  }
}
