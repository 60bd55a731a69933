import { cloudWatchHandlers } from '../cloudwatch/handlers.ts'
import { imageManifest, type ImageOptions } from '../ecr/image-manifest.ts'
import { newRepository } from '../ecr/new-repository.ts'
import type { RepositoryState } from '../ecr/state.ts'
import { storeImage } from '../ecr/store-image.ts'
import { advanceWorld } from '../ecs/advance-world.ts'
import { clusterHandlers } from '../ecs/handlers/cluster-handlers.ts'
import { serviceHandlers } from '../ecs/handlers/service-handlers.ts'
import { taskDefinitionHandlers } from '../ecs/handlers/task-definition-handlers.ts'
import { loadBalancerHandlers } from '../elbv2/handlers/load-balancer-handlers.ts'
import { ruleHandlers } from '../elbv2/handlers/rule-handlers.ts'
import { targetGroupHandlers } from '../elbv2/handlers/target-group-handlers.ts'
import { ensureLogGroup, writeLog } from '../logs/write-log.ts'
import type { ParameterState } from '../ssm/state.ts'
import type { cloudwatch, ecs } from '../wire/handlers.ts'
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
  const traffic = seedLoadBalancer(past)
  seedStrategies(past, traffic)
  for (const process of processes) {
    seedProcess(past, {
      process,
      repository,
      ...(process.kind === 'web' && { traffic }),
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

function seedParameters(past: World): void {
  putParameter(past, {
    name: '/shop/database-url',
    type: 'SecureString',
    value: 'postgres://shop@database.internal/shop',
  })
  for (const [name, strategy] of Object.entries(strategies)) {
    putParameter(past, {
      name: `/tapit/shop/strategies/${name}`,
      type: 'String',
      value: JSON.stringify(strategy),
    })
  }
}

const strategies = {
  careful: {
    type: 'canary',
    canaryPercent: 10,
    canaryBakeMinutes: 5,
    bakeMinutes: 1,
    rollbackOn: [{ metric: 'http.error_rate', above: 5 }],
  },
  approved: { type: 'blue_green', bakeMinutes: 1, pauseBefore: ['switch'], pauseTimeoutMinutes: 60 },
}

function putParameter(
  { state, clock }: World,
  parameter: Pick<ParameterState, 'name' | 'type' | 'value'>,
): void {
  state.ssm.parameters[parameter.name] = {
    ...parameter,
    version: 1,
    modifiedAt: clock.now(),
    tier: 'Standard',
    dataType: 'text',
    tags: {},
  }
}

/** What a web process has of the load balancer: two target groups, and for either listener a rule that leads to them. */
type Traffic = {
  readonly loadBalancer: string
  readonly blue: string
  readonly green: string
  readonly productionRule: string
  readonly testRule: string
}

const environment = [{ Key: 'tapit:environment', Value: 'production' }]

function seedLoadBalancer(past: World): Traffic {
  const { CreateLoadBalancer } = loadBalancerHandlers(past)
  const { LoadBalancers } = CreateLoadBalancer({ Name: 'shop', Subnets: [...subnets], Tags: environment })
  const loadBalancer = LoadBalancers?.[0]?.LoadBalancerArn ?? ''
  const blue = seedTargetGroup(past, 'shop-default-blue')
  const green = seedTargetGroup(past, 'shop-default-green')
  return {
    loadBalancer,
    blue,
    green,
    productionRule: seedRule(past, { loadBalancer, port: 80, blue, green }),
    testRule: seedRule(past, { loadBalancer, port: 8080, blue, green }),
  }
}

function seedTargetGroup(past: World, Name: string): string {
  const { CreateTargetGroup, ModifyTargetGroupAttributes } = targetGroupHandlers(past)
  const { TargetGroups } = CreateTargetGroup({
    Name,
    Protocol: 'HTTP',
    Port: 8080,
    VpcId: 'vpc-0sandbox',
    TargetType: 'ip',
    HealthCheckPath: '/healthz',
    HealthCheckIntervalSeconds: 5,
    HealthCheckTimeoutSeconds: 2,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
    Tags: environment,
  })
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? ''
  ModifyTargetGroupAttributes({
    TargetGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }],
  })
  return TargetGroupArn
}

type RuleOptions = Pick<Traffic, 'loadBalancer' | 'blue' | 'green'> & { readonly port: number }

/** A listener with one rule that takes everything; what no rule takes is not found. */
function seedRule(past: World, { loadBalancer, port, blue, green }: RuleOptions): string {
  const { CreateListener } = loadBalancerHandlers(past)
  const { CreateRule } = ruleHandlers(past)
  const { Listeners } = CreateListener({
    LoadBalancerArn: loadBalancer,
    Port: port,
    Protocol: 'HTTP',
    DefaultActions: [
      {
        Type: 'fixed-response',
        FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain', MessageBody: 'Not found' },
      },
    ],
  })
  const { Rules } = CreateRule({
    ListenerArn: Listeners?.[0]?.ListenerArn,
    Priority: 1,
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
    Actions: [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: blue, Weight: 100 },
            { TargetGroupArn: green, Weight: 0 },
          ],
        },
      },
    ],
  })
  return Rules?.[0]?.RuleArn ?? ''
}

/** The alarms of the strategy `careful`: one for each of the target groups, so that each revision is judged by itself. */
function seedStrategies(past: World, { loadBalancer, blue, green }: Traffic): void {
  const { PutMetricAlarm } = cloudWatchHandlers(past)
  for (const [color, targetGroup] of Object.entries({ blue, green })) {
    const Dimensions = [
      { Name: 'LoadBalancer', Value: loadBalancer.slice(loadBalancer.indexOf('app/')) },
      { Name: 'TargetGroup', Value: targetGroup.slice(targetGroup.indexOf('targetgroup/')) },
    ]
    const sumOf = (Id: string, MetricName: string): cloudwatch.MetricDataQuery => ({
      Id,
      MetricStat: {
        Metric: { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions },
        Period: 60,
        Stat: 'Sum',
      },
      ReturnData: false,
    })
    void PutMetricAlarm?.({
      AlarmName: `shop/default/rollback-careful-1-${color}`,
      AlarmDescription: `Rolls deployments of default back: http.error_rate at the ${color} target group above 5 for 1 min`,
      Metrics: [
        sumOf('errors', 'HTTPCode_Target_5XX_Count'),
        sumOf('refused', 'TargetConnectionErrorCount'),
        sumOf('requests', 'RequestCount'),
        {
          Id: 'percent',
          Expression: '100 * (FILL(errors, 0) + FILL(refused, 0)) / (FILL(requests, 0) + FILL(refused, 0))',
          Label: 'Failed requests in %',
          ReturnData: true,
        },
      ],
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    })
  }
}

const subnets = ['subnet-0sandboxa', 'subnet-0sandboxb']

type SeedProcess = {
  readonly process: Process
  readonly repository: RepositoryState
  /** Absent where no requests come. */
  readonly traffic?: Traffic
}

function seedProcess(past: World, { process, repository, traffic }: SeedProcess): void {
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
      strategy: 'ROLLING',
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      deploymentCircuitBreaker: {
        enable: true,
        rollback: true,
        // Without a health check a task is healthy the moment it runs.
        ...(traffic === undefined && { resetOnHealthyTask: false }),
      },
      lifecycleHooks: [],
      alarms: { alarmNames: [], enable: false, rollback: false },
    },
    ...(traffic && {
      loadBalancers: [loadBalancerOf(past, { name, traffic })],
      healthCheckGracePeriodSeconds: 30,
    }),
    tags: Object.entries({
      'tapit:process': name,
      'tapit:kind': kind,
      'tapit:strategy': 'rolling',
      'tapit:repository': 'shop',
      'tapit:container': name,
      'tapit:template': `shop-${name}-template`,
      ...(kind === 'web'
        ? { 'tapit:readiness-timeout-ms': '15000' }
        : { 'tapit:stay-running-seconds': '10' }),
    }).map(([key, value]) => ({ key, value })),
  })
}

/** The pair is named for rolling updates too, so that one deployment can have another strategy. */
function loadBalancerOf(
  { account }: World,
  { name, traffic }: { readonly name: string; readonly traffic: Traffic },
): ecs.LoadBalancer {
  const { blue, green, productionRule, testRule } = traffic
  return {
    targetGroupArn: blue,
    containerName: name,
    containerPort: 8080,
    advancedConfiguration: {
      alternateTargetGroupArn: green,
      productionListenerRule: productionRule,
      testListenerRule: testRule,
      roleArn: `arn:aws:iam::${account}:role/shop-${name}-infrastructure`,
    },
  }
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
