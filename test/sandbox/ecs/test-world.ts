import { emptyScaling } from '../../../lib/sandbox/application-autoscaling/state.ts'
import { emptyCloudWatch } from '../../../lib/sandbox/cloudwatch/state.ts'
import { imageManifest, type ImageOptions } from '../../../lib/sandbox/ecr/image-manifest.ts'
import { newRepository } from '../../../lib/sandbox/ecr/new-repository.ts'
import { emptyEcr } from '../../../lib/sandbox/ecr/state.ts'
import { storeImage } from '../../../lib/sandbox/ecr/store-image.ts'
import { advanceWorld } from '../../../lib/sandbox/ecs/advance-world.ts'
import { clusterHandlers } from '../../../lib/sandbox/ecs/handlers/cluster-handlers.ts'
import { serviceDeploymentHandlers } from '../../../lib/sandbox/ecs/handlers/service-deployment-handlers.ts'
import { serviceHandlers } from '../../../lib/sandbox/ecs/handlers/service-handlers.ts'
import { tagHandlers } from '../../../lib/sandbox/ecs/handlers/tag-handlers.ts'
import { taskDefinitionHandlers } from '../../../lib/sandbox/ecs/handlers/task-definition-handlers.ts'
import { taskHandlers } from '../../../lib/sandbox/ecs/handlers/task-handlers.ts'
import { emptyEcs } from '../../../lib/sandbox/ecs/state.ts'
import { loadBalancerHandlers } from '../../../lib/sandbox/elbv2/handlers/load-balancer-handlers.ts'
import { ruleHandlers } from '../../../lib/sandbox/elbv2/handlers/rule-handlers.ts'
import { tagHandlers as elbTagHandlers } from '../../../lib/sandbox/elbv2/handlers/tag-handlers.ts'
import { targetGroupHandlers } from '../../../lib/sandbox/elbv2/handlers/target-group-handlers.ts'
import { emptyElbv2 } from '../../../lib/sandbox/elbv2/state.ts'
import { ensureLogGroup } from '../../../lib/sandbox/logs/write-log.ts'
import { emptyLogs } from '../../../lib/sandbox/logs/state.ts'
import { emptySsm } from '../../../lib/sandbox/ssm/state.ts'
import { timings } from '../../../lib/sandbox/timings.ts'
import type { ecs } from '../../../lib/sandbox/wire/handlers.ts'
import type { Timings, World } from '../../../lib/sandbox/world.ts'

/** When every test begins. */
export const start: number = Date.UTC(2026, 10, 20, 12)

type EcsOperations = ReturnType<typeof clusterHandlers> &
  ReturnType<typeof taskDefinitionHandlers> &
  ReturnType<typeof serviceHandlers> &
  ReturnType<typeof serviceDeploymentHandlers> &
  ReturnType<typeof taskHandlers> &
  ReturnType<typeof tagHandlers>

type ElbOperations = ReturnType<typeof loadBalancerHandlers> &
  ReturnType<typeof ruleHandlers> &
  ReturnType<typeof targetGroupHandlers>

/** A world whose clock stands still until a test moves it. */
export class TestWorld {
  readonly world: World
  readonly ecs: EcsOperations
  readonly elb: ElbOperations
  readonly elbTags: ReturnType<typeof elbTagHandlers>
  #now = start

  constructor(chosen: Timings = timings.short) {
    this.world = {
      account: '123456789012',
      region: 'eu-west-1',
      clock: { now: () => this.#now },
      timings: chosen,
      state: {
        ecs: emptyEcs(),
        elbv2: emptyElbv2(),
        ecr: emptyEcr(),
        logs: emptyLogs(),
        cloudwatch: emptyCloudWatch(),
        scaling: emptyScaling(),
        ssm: emptySsm(),
      },
    }
    const { world } = this
    this.ecs = {
      ...clusterHandlers(world),
      ...taskDefinitionHandlers(world),
      ...serviceHandlers(world),
      ...serviceDeploymentHandlers(world),
      ...taskHandlers(world),
      ...tagHandlers(world),
    }
    this.elb = {
      ...loadBalancerHandlers(world),
      ...ruleHandlers(world),
      ...targetGroupHandlers(world),
    }
    this.elbTags = elbTagHandlers(world)
    const { account, region } = world
    world.state.ecr.repositories['shop'] = newRepository({ name: 'shop', account, region, at: start })
  }

  /** Moves the clock on, and the world with it. */
  pass(milliseconds: number): void {
    this.#now += milliseconds
    advanceWorld(this.world)
  }

  get now(): number {
    return this.#now - start
  }

  /** Passes time in steps until something holds; fails when it takes too long. */
  until(
    holds: () => boolean,
    { atMost = 120_000, step = 100 }: { atMost?: number; step?: number } = {},
  ): number {
    const began = this.#now
    while (!holds()) {
      if (this.#now - began > atMost) throw new Error(`still not so after ${atMost} ms`)
      this.pass(step)
    }
    return this.#now - began
  }

  /** Pushes an image; the answer is its reference by digest. */
  push(options: ImageOptions = {}): string {
    const repository = this.world.state.ecr.repositories['shop']
    if (repository === undefined) throw new Error('no repository')
    const image = imageManifest(options)
    storeImage(repository, { ...image, at: this.#now })
    return `${repository.uri}@${image.digest}`
  }

  /** Registers a revision of `family` that runs an image; the answer is its ARN. */
  register(image: string, { family = 'web', container = {}, ...rest }: RegisterOptions = {}): string {
    const { account } = this.world
    ensureLogGroup(this.world.state.logs, { name: '/shop', at: start })
    const { taskDefinition } = this.ecs.RegisterTaskDefinition({
      family,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: `arn:aws:iam::${account}:role/execution`,
      containerDefinitions: [
        {
          name: 'app',
          image,
          portMappings: [{ containerPort: 8080 }],
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/shop',
              'awslogs-region': 'eu-west-1',
              'awslogs-stream-prefix': 'app',
            },
          },
          ...container,
        },
      ],
      ...rest,
    })
    return taskDefinition?.taskDefinitionArn ?? ''
  }

  /** Registers a revision with an image of that behaviour. */
  release(
    behaviour: NonNullable<ImageOptions['behaviour']>,
    options: RegisterOptions & ImageOptions = {},
  ): string {
    const { log, logs, platform, salt = behaviour, ...rest } = options
    return this.register(this.push({ behaviour, log, logs, platform, salt }), rest)
  }

  /** A load balancer with one target group; the answer is the group's ARN. */
  balance(): string {
    const { TargetGroups } = this.elb.CreateTargetGroup({ Name: 'web', TargetType: 'ip', Port: 8080 })
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? ''
    const { LoadBalancers } = this.elb.CreateLoadBalancer({ Name: 'web', Subnets: ['subnet-1', 'subnet-2'] })
    this.elb.CreateListener({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    })
    return TargetGroupArn
  }

  /** A cluster and a service named `web`, not yet running. */
  serve(options: Partial<ecs.CreateServiceRequest> = {}): void {
    this.ecs.CreateCluster({ clusterName: 'shop' })
    this.ecs.CreateService({
      cluster: 'shop',
      serviceName: 'web',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      ...options,
    })
  }

  /** `serve`, and all of it at rest. */
  steady(options: Partial<ecs.CreateServiceRequest> = {}): void {
    this.serve({ taskDefinition: this.release('ok', { salt: 'first' }), ...options })
    this.until(() => this.service.deployments?.[0]?.rolloutState === 'COMPLETED')
  }

  /** Behind a load balancer, and at rest. */
  steadyWeb(options: Partial<ecs.CreateServiceRequest> = {}): string {
    const targetGroupArn = this.balance()
    this.steady({
      loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8080 }],
      desiredCount: 2,
      ...options,
    })
    return targetGroupArn
  }

  update(options: Omit<ecs.UpdateServiceRequest, 'service' | 'cluster'>): ecs.Service {
    const { service } = this.ecs.UpdateService({ cluster: 'shop', service: 'web', ...options })
    return service ?? {}
  }

  deploy(
    behaviour: NonNullable<ImageOptions['behaviour']>,
    options: RegisterOptions & ImageOptions = {},
  ): ecs.Service {
    return this.update({ taskDefinition: this.release(behaviour, options) })
  }

  get service(): ecs.Service {
    const { services } = this.ecs.DescribeServices({ cluster: 'shop', services: ['web'] })
    return services?.[0] ?? {}
  }

  /** Oldest first. */
  get messages(): readonly string[] {
    return (this.service.events ?? []).map(({ message = '' }) => message).toReversed()
  }

  get tasks(): readonly ecs.Task[] {
    return (['RUNNING', 'STOPPED'] as const).flatMap(desiredStatus => {
      const { taskArns: tasks = [] } = this.ecs.ListTasks({ cluster: 'shop', desiredStatus })
      return tasks.length === 0 ? [] : (this.ecs.DescribeTasks({ cluster: 'shop', tasks }).tasks ?? [])
    })
  }

  /** The newest service deployment. */
  get deployment(): ecs.ServiceDeployment {
    const { serviceDeployments: [newest] = [] } = this.ecs.ListServiceDeployments({
      cluster: 'shop',
      service: 'web',
    })
    return this.describe(newest?.serviceDeploymentArn)
  }

  describe(arn = ''): ecs.ServiceDeployment {
    const { serviceDeployments } = this.ecs.DescribeServiceDeployments({ serviceDeploymentArns: [arn] })
    return serviceDeployments?.[0] ?? {}
  }

  /** Passes time until the newest service deployment has ended; the answer is how. */
  finish(options: { atMost?: number } = {}): string {
    this.until(() => this.deployment.finishedAt !== undefined, options)
    return this.deployment.status ?? ''
  }

  logLines(): readonly string[] {
    const streams = Object.values(this.world.state.logs.groups['/shop']?.streams ?? {})
    return streams.flatMap(({ events }) => events.map(({ message }) => message))
  }
}

export type RegisterOptions = Partial<ecs.RegisterTaskDefinitionRequest> & {
  readonly container?: Partial<ecs.ContainerDefinition>
}
