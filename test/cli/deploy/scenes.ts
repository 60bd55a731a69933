import { imageIndex, imageManifest, type ImageOptions } from '../../../lib/sandbox/ecr/image-manifest.ts'
import { storeImage } from '../../../lib/sandbox/ecr/store-image.ts'
import { advanceWorld } from '../../../lib/sandbox/ecs/advance-world.ts'
import { serviceDeploymentHandlers } from '../../../lib/sandbox/ecs/handlers/service-deployment-handlers.ts'
import { serviceHandlers } from '../../../lib/sandbox/ecs/handlers/service-handlers.ts'
import { tagHandlers } from '../../../lib/sandbox/ecs/handlers/tag-handlers.ts'
import { taskDefinitionHandlers } from '../../../lib/sandbox/ecs/handlers/task-definition-handlers.ts'
import { ensureLogGroup } from '../../../lib/sandbox/logs/write-log.ts'
import type { ServiceDeploymentRecord, TaskRecord } from '../../../lib/sandbox/ecs/state.ts'
import type { ecs } from '../../../lib/sandbox/wire/handlers.ts'
import type { Timings } from '../../../lib/sandbox/world.ts'
import type { Shop } from '../../fakes/shop.ts'

/** What `create deploy -o json` answers, as far as these tests look at it. */
export type DeployDocument = {
  readonly group: { readonly id: string; readonly status: string }
  readonly deployments: readonly DeploymentDocument[]
  readonly error?: { readonly code: string; readonly message: string; readonly advice?: string }
}

export type DeploymentDocument = {
  readonly id: string
  readonly process: string
  readonly status: string
  readonly promotionStage: string
  readonly health: string
  readonly isActive: boolean
  readonly failure?: FailureDocument
  readonly ecs: { readonly taskDefinition?: string; readonly serviceDeployment?: string }
}

export type FailureDocument = {
  readonly code: string
  readonly message: string
  readonly advice?: string
  readonly cause?: FailureDocument
  readonly evidence: readonly {
    readonly taskId?: string
    readonly container?: string
    readonly exitCode?: number
    readonly stopCode?: string
    readonly stoppedReason?: string
    readonly target?: { readonly state: string }
    readonly logLines?: readonly string[]
  }[]
}

/** One process's deployment, to its end or as far as the flags say. */
export async function deployOne(
  shop: Shop,
  process: string,
  tag: string,
  ...more: readonly string[]
): Promise<{ readonly code: number; readonly deployment: DeploymentDocument }> {
  const { code, document } = await shop.json(
    'create',
    'deploy',
    `process=${process}`,
    `docker_tag=${tag}`,
    '--wait',
    ...more,
  )
  return { code, deployment: only(document) }
}

/** The one deployment of a document. */
export function only(document: DeployDocument): DeploymentDocument {
  const [deployment, second] = document.deployments ?? []
  if (deployment === undefined || second !== undefined)
    throw new Error(`expected one deployment, got ${JSON.stringify(document)}`)
  return deployment
}

export async function show(shop: Shop, id: string): Promise<DeploymentDocument> {
  const { document } = await shop.json('show', 'deploy', `id=${id}`)
  return only(document)
}

/** The docker tags of what runs of a process, each once. */
export function runningTags(shop: Shop, process: string): readonly string[] {
  const { world } = shop.sandbox
  advanceWorld(world)
  const running = tasksOf(shop, process).filter(
    ({ desiredStatus, lastStatus }) => desiredStatus === 'RUNNING' && lastStatus === 'RUNNING',
  )
  return [...new Set(running.map(({ taskDefinition }) => tagOf(shop, taskDefinition)))].toSorted()
}

export function tasksOf(shop: Shop, process: string): readonly TaskRecord[] {
  return Object.values(shop.sandbox.world.state.ecs.tasks).filter(
    ({ group }) => group === `service:${process}`,
  )
}

function tagOf({ sandbox }: Shop, taskDefinition: string): string {
  const { tags = [] } = sandbox.world.state.ecs.taskDefinitions[taskDefinition] ?? {}
  return tags.find(({ key }) => key === 'tapit:docker-tag')?.value ?? 'none'
}

/** The service deployments of a process, newest first. */
export function serviceDeployments(shop: Shop, process: string): readonly ServiceDeploymentRecord[] {
  const { world } = shop.sandbox
  advanceWorld(world)
  return Object.values(world.state.ecs.serviceDeployments)
    .filter(({ serviceArn }) => serviceArn.endsWith(`/${process}`))
    .toSorted((a, b) => b.createdAt - a.createdAt)
}

/** Does something just before AWS hears an operation for the `at`th time. */
export function before(
  { sandbox }: Shop,
  operation: string,
  act: () => void,
  { at = 1 }: { at?: number } = {},
): void {
  let heard = 0
  sandbox.faults.add({
    operation,
    when: () => {
      heard += 1
      if (heard === at) act()
      return false
    },
    effect: 'deny',
  })
}

/** Waits, in the shop's own time, until something holds. */
export async function until(shop: Shop, holds: () => boolean, atMost = 120_000): Promise<void> {
  const end = shop.clock.now() + atMost
  while (!holds()) {
    if (shop.clock.now() > end) throw new Error(`still not so after ${atMost} ms`)
    await shop.clock.sleep(100)
    advanceWorld(shop.sandbox.world)
  }
}

/** ECS as somebody else's tool uses it. */
export function outside({
  sandbox,
}: Shop): ReturnType<typeof serviceHandlers> &
  ReturnType<typeof serviceDeploymentHandlers> &
  ReturnType<typeof taskDefinitionHandlers> &
  ReturnType<typeof tagHandlers> {
  const { world } = sandbox
  advanceWorld(world)
  return {
    ...serviceHandlers(world),
    ...serviceDeploymentHandlers(world),
    ...taskDefinitionHandlers(world),
    ...tagHandlers(world),
  }
}

/** How long things take from now on. */
export function pace({ sandbox }: Shop, timings: Partial<Timings>): void {
  Object.assign(sandbox.world, { timings: { ...sandbox.world.timings, ...timings } })
}

/** A deployment of `two` whose first share of the traffic takes its time. */
export async function inFlight(shop: Shop): Promise<{ readonly id: string; readonly groupId: string }> {
  pace(shop, { minute: 3_600_000 })
  const { document } = await shop.json(
    'create',
    'deploy',
    'process=default',
    'docker_tag=two',
    'strategy=canary',
  )
  await until(shop, () => serviceDeployments(shop, 'default')[0]?.status === 'IN_PROGRESS')
  return { id: document.deployments[0].id, groupId: document.group.id }
}

/** Sets tags of a process's service. */
export function tagService(shop: Shop, process: string, tags: Readonly<Record<string, string>>): void {
  outside(shop).TagResource({
    resourceArn: serviceArn(shop, process),
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  })
}

function serviceArn({ sandbox: { world } }: Shop, process: string): string {
  return `arn:aws:ecs:${world.region}:${world.account}:service/shop/${process}`
}

/** Pushes an image that was built for these platforms. */
export function pushIndex({ sandbox: { world } }: Shop, tag: string, platforms: readonly string[]): void {
  const repository = world.state.ecr.repositories['shop']
  if (repository === undefined) throw new Error('no repository')
  const { children, ...index } = imageIndex({ platforms, salt: tag })
  for (const child of children) storeImage(repository, { ...child, at: world.clock.now() })
  storeImage(repository, { ...index, tag, at: world.clock.now() })
}

/** Pushes an image whose processes behave differently. */
export function pushMixed({ sandbox: { world } }: Shop, tag: string, options: ImageOptions): void {
  const repository = world.state.ecr.repositories['shop']
  if (repository === undefined) throw new Error('no repository')
  storeImage(repository, { ...imageManifest({ salt: tag, ...options }), tag, at: world.clock.now() })
}

/** Takes an image out of the registry. */
export function deleteImage({ sandbox: { world } }: Shop, tag: string): void {
  const repository = world.state.ecr.repositories['shop']
  const at = repository?.images.findIndex(({ tags }) => tags.includes(tag)) ?? -1
  if (repository === undefined || at < 0) throw new Error(`there is no image ${tag}`)
  repository.images.splice(at, 1)
}

/** A newer revision of a process's template, with some of its container changed. */
export function changeTemplate(
  shop: Shop,
  process: string,
  changes: Partial<ecs.ContainerDefinition>,
  sidecars: readonly ecs.ContainerDefinition[] = [],
): void {
  const { DescribeTaskDefinition, RegisterTaskDefinition } = outside(shop)
  const { taskDefinition } = DescribeTaskDefinition({ taskDefinition: `shop-${process}-template` })
  const {
    family,
    networkMode,
    requiresCompatibilities,
    cpu,
    memory,
    executionRoleArn,
    runtimePlatform,
    containerDefinitions = [],
  } = taskDefinition ?? {}
  RegisterTaskDefinition({
    family,
    networkMode,
    requiresCompatibilities,
    cpu,
    memory,
    executionRoleArn,
    runtimePlatform,
    containerDefinitions: [
      ...containerDefinitions.map(container => ({ ...container, ...changes })),
      ...sidecars,
    ],
  })
}

/** Another worker in the shop: `name` runs `tag`, from its creation on. */
export function addWorker(
  shop: Shop,
  name: string,
  {
    tag = 'v1.2.2',
    count = 1,
    service = {},
  }: { tag?: string; count?: number; service?: Partial<ecs.CreateServiceRequest> } = {},
): void {
  const { world } = shop.sandbox
  const repository = world.state.ecr.repositories['shop']
  const digest = repository?.images.find(({ tags }) => tags.includes(tag))?.digest
  if (repository === undefined || digest === undefined) throw new Error(`there is no image ${tag}`)
  ensureLogGroup(world.state.logs, { name: `/tapit/shop/${name}`, at: world.clock.now() })
  const { RegisterTaskDefinition, CreateService } = outside(shop)
  RegisterTaskDefinition({
    family: `shop-${name}`,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: `arn:aws:iam::${world.account}:role/shop-execution`,
    containerDefinitions: [
      {
        name,
        image: `${repository.uri}@${digest}`,
        essential: true,
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': `/tapit/shop/${name}`,
            'awslogs-region': world.region,
            'awslogs-stream-prefix': 'shop',
          },
        },
      },
    ],
    tags: [{ key: 'tapit:docker-tag', value: tag }],
  })
  CreateService({
    cluster: 'shop',
    serviceName: name,
    taskDefinition: `shop-${name}`,
    desiredCount: count,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0sandboxa'] } },
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    tags: Object.entries({
      'tapit:process': name,
      'tapit:kind': 'worker',
      'tapit:repository': 'shop',
      'tapit:container': name,
      'tapit:stay-running-seconds': '15',
    }).map(([key, value]) => ({ key, value })),
    ...service,
  })
}

/** The revisions of a process's family that can still be deployed, oldest first. */
export function activeRevisions({ sandbox }: Shop, process: string): readonly string[] {
  return Object.values(sandbox.world.state.ecs.taskDefinitions)
    .filter(({ family, status }) => family === `shop-${process}` && status === 'ACTIVE')
    .toSorted((a, b) => a.revision - b.revision)
    .map(({ arn }) => arn)
}
