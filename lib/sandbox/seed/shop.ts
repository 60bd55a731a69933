import { imageManifest, type ImageOptions } from '../ecr/image-manifest.ts'
import { newRepository } from '../ecr/new-repository.ts'
import type { RepositoryState } from '../ecr/state.ts'
import { storeImage } from '../ecr/store-image.ts'
import { advanceWorld } from '../ecs/advance-world.ts'
import { clusterHandlers } from '../ecs/handlers/cluster-handlers.ts'
import { serviceHandlers } from '../ecs/handlers/service-handlers.ts'
import { taskDefinitionHandlers } from '../ecs/handlers/task-definition-handlers.ts'
import { loadBalancerHandlers } from '../elbv2/handlers/load-balancer-handlers.ts'
import { targetGroupHandlers } from '../elbv2/handlers/target-group-handlers.ts'
import { ensureLogGroup, writeLog } from '../logs/write-log.ts'
import type { ecs } from '../wire/handlers.ts'
import type { World } from '../world.ts'

const day = 86_400_000
const hour = 3_600_000

type Process = {
  readonly name: string
  readonly kind: 'web' | 'worker'
  readonly count: number
  readonly command: readonly string[]
}

const processes: readonly Process[] = [
  { name: 'default', kind: 'web', count: 2, command: ['node', 'server.js'] },
  { name: 'worker', kind: 'worker', count: 1, command: ['node', 'worker.js'] },
  { name: 'scheduler', kind: 'worker', count: 1, command: ['node', 'scheduler.js'] },
]

/**
 * Fills an empty world with the app that the README plays with: `shop`, whose three processes have been running v1.2.2
 * for five days; v1.2.3 is a good image, and v1.3.0 one whose worker crashes.
 *
 * All of it goes through the sandbox's own API, at a clock in the past, and then comes up to now as any other time does.
 */
export function seedShop(world: World): void {
  const now = world.clock.now()
  const past: World = { ...world, clock: { now: () => now - 5 * day } }
  const repository = pushImages(world, now)
  seedParameters(past)
  const { CreateCluster } = clusterHandlers(past)
  CreateCluster({ clusterName: 'shop', tags: [{ key: 'tapit:environment', value: 'production' }] })
  const targetGroupArn = seedLoadBalancer(past)
  for (const process of processes) {
    seedProcess(past, {
      process,
      repository,
      targetGroupArn: process.kind === 'web' ? targetGroupArn : undefined,
    })
  }
  for (const name of ['deployments', 'audit']) {
    ensureLogGroup(world.state.logs, { name: `/tapit/shop/${name}`, at: now - 5 * day })
  }
  advanceWorld(world)
  for (const process of processes) writeRecentLines(world, { process, now })
}

function pushImages({ account, region, state }: World, now: number): RepositoryState {
  const repository = newRepository({ name: 'shop', account, region, at: now - 30 * day })
  state.ecr.repositories['shop'] = repository
  const push = (tags: readonly string[], at: number, options: ImageOptions = {}) => {
    const image = imageManifest({ salt: tags[0], logs: startUpLines(tags[0] ?? ''), ...options })
    for (const tag of tags) storeImage(repository, { ...image, tag, at })
  }
  push(['v1.2.2'], now - 6 * day)
  push(['v1.2.3', 'latest'], now - day)
  push(['v1.3.0'], now - hour, {
    behaviours: { worker: 'crash' },
    logs: {
      ...startUpLines('v1.3.0'),
      worker: ['Error: QUEUE_URL is not set', '    at main (worker.js:12:11)'],
    },
  })
  return repository
}

function startUpLines(version: string): Readonly<Record<string, readonly string[]>> {
  return {
    default: [`shop ${version} listening on port 8080`],
    worker: [`shop ${version} worker waiting for jobs`],
    scheduler: [`shop ${version} scheduler started`],
  }
}

function seedParameters({ state, clock }: World): void {
  state.ssm.parameters['/shop/database-url'] = {
    name: '/shop/database-url',
    type: 'SecureString',
    value: 'postgres://shop@database.internal/shop',
    version: 1,
    modifiedAt: clock.now(),
    tier: 'Standard',
    dataType: 'text',
    tags: {},
  }
}

function seedLoadBalancer(past: World): string {
  const { CreateLoadBalancer, CreateListener } = loadBalancerHandlers(past)
  const { CreateTargetGroup, ModifyTargetGroupAttributes } = targetGroupHandlers(past)
  const Tags = [{ Key: 'tapit:environment', Value: 'production' }]
  const { LoadBalancers } = CreateLoadBalancer({ Name: 'shop', Subnets: [...subnets], Tags })
  const { TargetGroups } = CreateTargetGroup({
    Name: 'shop-default',
    Protocol: 'HTTP',
    Port: 8080,
    VpcId: 'vpc-0sandbox',
    TargetType: 'ip',
    HealthCheckPath: '/healthz',
    HealthCheckIntervalSeconds: 5,
    HealthCheckTimeoutSeconds: 2,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
    Tags,
  })
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? ''
  ModifyTargetGroupAttributes({
    TargetGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }],
  })
  CreateListener({
    LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'forward', TargetGroupArn }],
  })
  return TargetGroupArn
}

const subnets = ['subnet-0sandboxa', 'subnet-0sandboxb']

type SeedProcess = {
  readonly process: Process
  readonly repository: RepositoryState
  readonly targetGroupArn?: string
}

function seedProcess(past: World, { process, repository, targetGroupArn }: SeedProcess): void {
  const { name, kind, count } = process
  ensureLogGroup(past.state.logs, { name: `/tapit/shop/${name}`, at: past.clock.now() })
  const { RegisterTaskDefinition } = taskDefinitionHandlers(past)
  const { CreateService } = serviceHandlers(past)
  const digest = repository.images.find(({ tags }) => tags.includes('v1.2.2'))?.digest
  const template = { ...taskDefinition(past, process), family: `shop-${name}-template` }
  RegisterTaskDefinition({
    ...template,
    containerDefinitions: containers(past, process, `${repository.uri}:latest`),
  })
  RegisterTaskDefinition({
    ...taskDefinition(past, process),
    family: `shop-${name}`,
    containerDefinitions: containers(past, process, `${repository.uri}@${digest}`),
    tags: [{ key: 'tapit:docker-tag', value: 'v1.2.2' }],
  })
  CreateService({
    cluster: 'shop',
    serviceName: name,
    taskDefinition: `shop-${name}`,
    desiredCount: count,
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: { subnets, securityGroups: [`sg-0sandbox${name}`], assignPublicIp: 'DISABLED' },
    },
    deploymentConfiguration: {
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    },
    ...(targetGroupArn === undefined
      ? {}
      : {
          loadBalancers: [{ targetGroupArn, containerName: name, containerPort: 8080 }],
          healthCheckGracePeriodSeconds: 30,
        }),
    tags: Object.entries({
      'tapit:process': name,
      'tapit:kind': kind,
      'tapit:repository': 'shop',
      'tapit:container': name,
      'tapit:template': `shop-${name}-template`,
      ...(kind === 'web'
        ? { 'tapit:readiness-timeout-ms': '15000' }
        : { 'tapit:stay-running-seconds': '10' }),
    }).map(([key, value]) => ({ key, value })),
  })
}

function taskDefinition(
  { account }: World,
  { name }: Process,
): Omit<ecs.RegisterTaskDefinitionRequest, 'family' | 'containerDefinitions'> {
  return {
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: `arn:aws:iam::${account}:role/shop-execution`,
    taskRoleArn: `arn:aws:iam::${account}:role/shop-${name}`,
    runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
  }
}

function containers(
  { account, region }: World,
  { name, kind, command }: Process,
  image: string,
): ecs.ContainerDefinition[] {
  return [
    {
      name,
      image,
      command: [...command],
      essential: true,
      portMappings: kind === 'web' ? [{ containerPort: 8080, protocol: 'tcp' }] : [],
      environment: [{ name: 'LOG_LEVEL', value: 'info' }],
      secrets: [
        { name: 'DATABASE_URL', valueFrom: `arn:aws:ssm:${region}:${account}:parameter/shop/database-url` },
      ],
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': `/tapit/shop/${name}`,
          'awslogs-region': region,
          'awslogs-stream-prefix': 'shop',
        },
      },
    },
  ]
}

/** So that `tapit show logs` has something recent to show. */
function writeRecentLines(
  { state }: World,
  { process, now }: { readonly process: Process; readonly now: number },
): void {
  const group = `/tapit/shop/${process.name}`
  for (const stream of Object.keys(state.logs.groups[group]?.streams ?? {})) {
    for (const [index, message] of recentLines[process.name]?.entries() ?? []) {
      writeLog(state.logs, { group, stream, at: now - (index + 1) * 60_000, message })
    }
  }
}

const recentLines: Readonly<Record<string, readonly string[]>> = {
  default: ['GET /products 200 12ms', 'GET /cart 200 8ms', 'POST /orders 201 41ms'],
  worker: ['order 4711 sent', 'order 4710 sent'],
  scheduler: ['nightly-report scheduled'],
}
