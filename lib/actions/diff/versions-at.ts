import type { Deployment } from '../../deployment/deployment.ts'
import type { TaskDefinition } from '../../deployment/task-definition.ts'
import { tagKeys } from '../../names/aws.ts'
import type { Pointer } from '../../records/pointer.ts'
import { type AppService, appServices } from '../services/app-services.ts'
import { inParallel } from '../batches.ts'
import { digestOf, imageOfProcess } from '../services/image-of-process.ts'
import { unknownDeployment } from '../history/find-deployments.ts'
import type { Cluster, Ports } from '../ports.ts'
import type { Version } from './version.ts'

/** Which versions are meant: those that run, those that wait for the next deploy, or that of a deployment. */
export type Point = {
  readonly app: string
  readonly environment?: string
  /** The app in its environment. */
  readonly cluster: string
  readonly ports: Pick<Ports, 'ecs' | 'records'>
} & ({ readonly is: 'running' | 'waiting' } | { readonly is: 'deployment'; readonly id: string })

/** The versions of an app's processes at one point; of the named ones, or of all. */
export async function versionsAt(
  point: Point,
  processes: readonly string[] | undefined,
): Promise<readonly Version[]> {
  if (point.is === 'deployment') return [await versionOf(await recordOf(point.id, point), point.ports)]
  const { app, environment, cluster, ports } = point
  const [{ services, cluster: place }, pointers] = await Promise.all([
    appServices(ports.ecs, {
      app,
      ...(environment !== undefined && { environment }),
      ...(processes && { processes }),
    }),
    ports.records.pointers(cluster),
  ])
  if (point.is === 'waiting') {
    const waiting = await inParallel(services, readsAtOnce, each => waitingVersion(each, place, ports))
    return waiting.flatMap(each => each ?? [])
  }
  return inParallel(services, readsAtOnce, async each => {
    const pointer = pointers.find(({ process }) => process === each.process)
    return runningVersion(each, { pointer, place, ports })
  })
}

const readsAtOnce = 5

async function recordOf(
  id: string,
  { cluster, ports }: Pick<Point, 'cluster' | 'ports'>,
): Promise<Deployment> {
  const stored = await ports.records.deployment(cluster, id)
  if (stored !== undefined) return stored.record
  throw unknownDeployment(cluster, id)
}

/** One that came to nothing before its revision was registered has an image alone. */
async function versionOf(record: Deployment, { ecs }: Point['ports']): Promise<Version> {
  const { state, container } = record
  const taskDefinition =
    state.is === 'preparing' ? state.taskDefinition : 'ecs' in state ? state.ecs?.taskDefinition : undefined
  const revision = taskDefinition === undefined ? undefined : await ecs.taskDefinition(taskDefinition)
  return {
    process: record.process,
    ...saidIn(record),
    ...(revision && { ...ofRevision(revision), container }),
  }
}

/** What its record says is told where it is what runs; somebody may have deployed past tapit. */
async function runningVersion(
  { process, service }: AppService,
  {
    pointer,
    place,
    ports: { ecs, records },
  }: { readonly pointer: Pointer | undefined; readonly place: Cluster; readonly ports: Point['ports'] },
): Promise<Version> {
  const { taskDefinition, tags, desired } = service
  const own = pointer?.taskDefinition === taskDefinition ? pointer : undefined
  const [revision, stored] = await Promise.all([
    taskDefinition === '' ? undefined : ecs.taskDefinition(taskDefinition),
    own && records.deployment(own.app, own.deploymentId),
  ])
  if (revision === undefined) return { process, desired }
  const image = imageOfProcess(tags, revision, place)
  const container = 'container' in image ? image.container : undefined
  const reference = revision.containers.find(({ name }) => name === container)?.image
  const imageDigest = reference === undefined ? undefined : digestOf(reference)
  const dockerTag = revision.tags[tagKeys.dockerTag]
  return {
    process,
    ...(dockerTag !== undefined && { dockerTag }),
    ...(imageDigest !== undefined && { imageDigest }),
    ...(stored && saidIn(stored.record)),
    ...ofRevision(revision),
    ...(container !== undefined && { container }),
    desired,
  }
}

/** What `cdk deploy` has changed, and the next deploy brings live; absent where a service has no template. */
async function waitingVersion(
  { process, service: { tags } }: AppService,
  place: Cluster,
  { ecs }: Point['ports'],
): Promise<Version | undefined> {
  const { [tagKeys.template]: template, [tagKeys.count]: count } = tags
  const revision = template === undefined ? undefined : await ecs.taskDefinition(template)
  if (revision === undefined) return undefined
  const image = imageOfProcess(tags, revision, place)
  return {
    process,
    ...ofRevision(revision),
    ...('container' in image && { container: image.container }),
    ...(count !== undefined && { configuredCount: Number(count) }),
  }
}

function saidIn({
  id,
  dockerTag,
  imageDigest,
  gitHash,
  strategy,
  strategyName,
}: Deployment): Partial<Version> {
  return {
    deploymentId: id,
    dockerTag,
    strategy: strategyName ?? strategy,
    ...(imageDigest !== undefined && { imageDigest }),
    ...(gitHash !== undefined && { gitHash }),
  }
}

function ofRevision({ arn, definition, tags }: TaskDefinition): Partial<Version> {
  const count = tags[tagKeys.count]
  return {
    taskDefinition: arn,
    definition,
    ...(count !== undefined && { configuredCount: Number(count) }),
  }
}
