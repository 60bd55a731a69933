import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import type * as iam from 'aws-cdk-lib/aws-iam'
import * as logs from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { StrategyConfig } from '../config/app-config.ts'
import { runtimeLogGroup, tagKeys } from '../names/aws.ts'
import type { ProcessKind } from '../names/vocabulary.ts'
import { ecsDeploymentConfiguration } from '../strategy/ecs-deployment-configuration.ts'
import { BootstrapRevision } from './bootstrap-revision.ts'
import { checkProcessProps } from './check-process-props.ts'
import { ProcessAlarms } from './process-alarms.ts'
import { type ProcessMetrics, processMetrics } from './process-metrics.ts'
import type { LoadBalancedProcessProps, ProcessProps } from './process-props.ts'
import { ProcessScaling } from './process-scaling.ts'
import { ProcessTemplate } from './process-template.ts'
import { ProcessTraffic } from './process-traffic.ts'
import { RollbackAlarms } from './rollback-alarms.ts'

export interface ProcessServiceProps extends ProcessProps {
  /** What the CLI calls it. */
  readonly kind: ProcessKind
  /**
   * How requests reach it.
   *
   * @default - they don't
   */
  readonly traffic?: Pick<
    LoadBalancedProcessProps,
    'loadBalancer' | 'rules' | 'port' | 'readinessPath' | 'drain' | 'url'
  >
}

/** Everything of a process but its kind: use WebProcess, ApiProcess and WorkerProcess. */
export class ProcessService extends Construct {
  /** The name of the process. */
  readonly process: string
  readonly kind: ProcessKind
  readonly cluster: ecs.ICluster
  /** Runs the release family: the bootstrap revision at first, then what the CLI deploys. */
  readonly service: ecs.FargateService
  /** What each deployment is made from. Its family is not the one that runs. */
  readonly template: ecs.FargateTaskDefinition
  /** What runs until the first deployment. */
  readonly bootstrap: BootstrapRevision
  readonly logGroup: logs.LogGroup
  /** The task role and the execution role: what a deployment passes to ECS. */
  readonly roles: readonly iam.IRole[]
  readonly capacityProviderStrategies: readonly ecs.CapacityProviderStrategy[]
  readonly subnets: ec2.SelectedSubnets
  readonly securityGroups: readonly ec2.ISecurityGroup[]
  /** The target groups and rules; absent for workers. */
  readonly traffic?: ProcessTraffic
  readonly blue?: elb.ApplicationTargetGroup
  readonly green?: elb.ApplicationTargetGroup
  readonly metrics: ProcessMetrics
  /** Those that tell, and those that the strategy rolls back on. */
  readonly alarms: readonly cloudwatch.Alarm[]
  /** Absent where nothing scales it. */
  readonly scaling?: ProcessScaling

  constructor(scope: Construct, id: string, props: ProcessServiceProps) {
    super(scope, id)
    const { app, process, kind, cluster, traffic, strategy = rolling, spot = false, scaling } = props
    const { vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } } = props
    checkProcessProps({ props, strategy, traffic })

    this.process = process
    this.kind = kind
    this.cluster = cluster
    // ECS refuses a service on Fargate's capacity providers in a cluster that does not have them.
    if (ecs.Cluster.isCluster(cluster)) cluster.enableFargateCapacityProviders()
    this.capacityProviderStrategies = [{ capacityProvider: spot ? 'FARGATE_SPOT' : 'FARGATE', weight: 1 }]
    this.subnets = cluster.vpc.selectSubnets(vpcSubnets)
    this.securityGroups = props.securityGroups ?? [this.defineSecurityGroup(app, process, cluster.vpc)]
    this.logGroup = this.defineLogGroup(props)
    this.traffic =
      traffic && new ProcessTraffic(this, 'Traffic', { app, process, vpc: cluster.vpc, ...traffic })
    this.blue = this.traffic?.blue
    this.green = this.traffic?.green
    const template = this.defineTemplate(props)
    this.template = template.definition
    this.roles = [template.taskRole, template.executionRole]
    this.bootstrap = this.defineBootstrap(app, process)
    this.service = this.defineService(props)

    const { targetGroups = [] } = this.traffic ?? {}
    this.metrics = processMetrics({ clusterName: cluster.clusterName, process, targetGroups })
    const rollbackAlarms = this.defineRollbackAlarms(props, strategy)
    this.alarms = [...this.defineAlarms(props), ...rollbackAlarms.alarms]
    this.configure(props, { strategy, alarms: rollbackAlarms.byStrategy.get(strategy.name) ?? [] })
    this.scaling =
      scaling &&
      new ProcessScaling(this, 'Scaling', { cluster, service: this.service, scale: scaling, targetGroups })
  }

  private defineSecurityGroup(app: string, process: string, vpc: ec2.IVpc): ec2.SecurityGroup {
    return new ec2.SecurityGroup(this, 'SecurityGroup', { vpc, description: `Tasks of ${process} in ${app}` })
  }

  private defineLogGroup({
    app,
    process,
    logRetention = logs.RetentionDays.ONE_MONTH,
  }: ProcessServiceProps): logs.LogGroup {
    return new logs.LogGroup(this, 'Log', {
      logGroupName: runtimeLogGroup(app, process),
      retention: logRetention,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })
  }

  private defineTemplate(props: ProcessServiceProps): ProcessTemplate {
    return new ProcessTemplate(this, 'Template', {
      ...props,
      logGroup: this.logGroup,
      port: this.traffic?.port,
      readinessTimeout: props.readinessTimeout ?? defaultReadinessTimeout,
    })
  }

  /** Registered only when the target groups stand: a change of the port fails with them. */
  private defineBootstrap(app: string, process: string): BootstrapRevision {
    const bootstrap = new BootstrapRevision(this, 'Bootstrap', { app, process, port: this.traffic?.port })
    const { targetGroups = [] } = this.traffic ?? {}
    bootstrap.node.addDependency(...targetGroups)
    return bootstrap
  }

  /**
   * A worker's service is another resource than that of a process with traffic: making the one of the other fails over the name that both have,
   * before another bootstrap revision comes into production.
   */
  private defineService({
    process,
    cluster,
    kind,
    enableExecuteCommand,
    ...props
  }: ProcessServiceProps): ecs.FargateService {
    const service = new ecs.FargateService(this, kind === 'worker' ? 'Worker' : 'Service', {
      cluster,
      serviceName: process,
      taskDefinition: this.template,
      // A launch type could not be changed to Spot without a replacement.
      capacityProviderStrategies: [...this.capacityProviderStrategies],
      assignPublicIp: false,
      vpcSubnets: { subnets: this.subnets.subnets },
      securityGroups: [...this.securityGroups],
      healthCheckGracePeriod: this.traffic && gracePeriod(props),
      enableExecuteCommand,
      minHealthyPercent: 100,
      circuitBreaker: { rollback: true },
    })
    this.traffic?.attach(service, process)
    service.node.addDependency(this.bootstrap, cluster)
    return service
  }

  private defineAlarms({ app, process, alarms }: ProcessServiceProps): readonly cloudwatch.Alarm[] {
    if (alarms === undefined) return []
    return new ProcessAlarms(this, 'Alarms', { app, process, metrics: this.metrics, ...alarms }).alarms
  }

  /** Also those of strategies that a single deploy may name: it can only be guarded by alarms that are there. */
  private defineRollbackAlarms(
    { app, process, strategies = [] }: ProcessServiceProps,
    strategy: StrategyConfig,
  ): RollbackAlarms {
    return new RollbackAlarms(this, 'Rollback', {
      app,
      process,
      metrics: this.metrics,
      targetGroups: { blue: this.blue, green: this.green },
      strategies: [strategy, ...strategies.filter(({ name }) => name !== strategy.name)],
    })
  }

  /**
   * What CDK's own service has no words for: the release family, the whole deployment configuration, and the tags that the CLI reads. It is how
   * the service rests; the CLI sends the configuration of each deployment with it. So the template has no pauses, which would hold up the
   * deployment that makes the service, and with it the first `cdk deploy`; and it has the alarms of both target groups, since a change of the
   * infrastructure can bring a deployment too, to whichever group has no traffic then.
   */
  private configure(
    props: ProcessServiceProps,
    { strategy, alarms }: { strategy: StrategyConfig; alarms: readonly cloudwatch.Alarm[] },
  ): void {
    const resource = this.service.node.findChild('Service')
    if (!(resource instanceof ecs.CfnService)) throw new Error('the service has no resource of its own')
    resource.taskDefinition = this.bootstrap.family
    resource.deploymentConfiguration = ecsDeploymentConfiguration({
      strategy: { ...strategy, pauseBefore: undefined },
      hasHealthCheck: this.traffic !== undefined || props.healthCheckCommand !== undefined,
      hasTestTraffic: this.traffic?.testRule !== undefined,
      alarmNames: alarms.map(({ alarmName }) => alarmName),
    })
    for (const [key, value] of Object.entries(this.tags(props, strategy))) resource.tags.setTag(key, value)
  }

  private tags(
    { process, kind, repository, count = 1, keepImages = 10, ...props }: ProcessServiceProps,
    { name }: StrategyConfig,
  ): Tags {
    const timeout = readinessTimeout(props)
    return {
      [tagKeys.process]: process,
      [tagKeys.kind]: kind,
      [tagKeys.strategy]: name,
      [tagKeys.repository]: repository.repositoryUri,
      [tagKeys.container]: process,
      [tagKeys.template]: this.template.family,
      [tagKeys.keep]: String(keepImages),
      ...(timeout && { [tagKeys.readinessTimeout]: String(timeout.toMilliseconds()) }),
      ...(props.traffic?.url !== undefined && { [tagKeys.url]: props.traffic.url }),
      ...(props.stayRunning && { [tagKeys.stayRunning]: String(props.stayRunning.toSeconds()) }),
      // Where something scales it, nobody else sets the number of tasks.
      ...(props.scaling === undefined && { [tagKeys.count]: String(count) }),
    }
  }
}

type Tags = Readonly<Record<string, string>>

const rolling: StrategyConfig = { name: 'rolling', type: 'rolling' }

const defaultReadinessTimeout = Duration.seconds(30)

/** Absent where nobody asked for readiness. */
function readinessTimeout({
  readinessTimeout,
  traffic,
  healthCheckCommand,
}: Pick<ProcessServiceProps, 'readinessTimeout' | 'traffic' | 'healthCheckCommand'>): Duration | undefined {
  if (readinessTimeout !== undefined) return readinessTimeout
  return traffic?.readinessPath === undefined && healthCheckCommand === undefined
    ? undefined
    : defaultReadinessTimeout
}

/** ECS must not take a task for unhealthy while it may still become ready; where nobody said how long that is, a minute. */
function gracePeriod(props: Parameters<typeof readinessTimeout>[0]): Duration {
  const timeout = readinessTimeout(props)
  return timeout === undefined
    ? Duration.minutes(1)
    : Duration.seconds(Math.ceil(timeout.toSeconds({ integral: false })))
}
