import { CfnOutput, Duration, Stack, Token } from 'aws-cdk-lib'
import * as acm from 'aws-cdk-lib/aws-certificatemanager'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import type * as ecr from 'aws-cdk-lib/aws-ecr'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as route53 from 'aws-cdk-lib/aws-route53'
import * as targets from 'aws-cdk-lib/aws-route53-targets'
import * as sns from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { AppConfig, ProcessConfig } from '../../config/app-config.ts'
import { appOfEnvironment } from '../../config/app-of-environment.ts'
import { readConfig } from '../../config/read-config.ts'
import { defaultEnvironment, repositoryName } from '../../names/aws.ts'
import { ApiProcess } from '../api-process.ts'
import { AppCluster } from '../app-cluster.ts'
import { AppDashboard } from '../app-dashboard.ts'
import { AppLogs } from '../app-logs.ts'
import { AppNetwork } from '../app-network.ts'
import { AppSettings } from '../app-settings.ts'
import type { AppReach } from '../app-statements.ts'
import { ApproverRole } from '../approver-role.ts'
import { DeployRole } from '../deploy-role.ts'
import { FailureNotifications } from '../failure-notifications.ts'
import { Foundation } from '../foundation.ts'
import { ImageRepository } from '../image-repository.ts'
import { logRetentionOf } from '../log-retention-of.ts'
import type { LoadBalancedProcessProps, ProcessProps } from '../process-props.ts'
import { PublicLoadBalancer } from '../public-load-balancer.ts'
import { ScheduledProcess } from '../scheduled-process.ts'
import { secretOf } from '../secret-of.ts'
import { usableStrategies } from '../usable-strategies.ts'
import { WebProcess } from '../web-process.ts'
import { WorkerProcess } from '../worker-process.ts'

export interface TapitAppProps {
  /** What tapit.yml says of the app in one environment. */
  readonly config: AppConfig
  /**
   * The network of the app.
   *
   * @default - what `network` of the config says: a new VPC, or a look-up of the one that it names
   */
  readonly vpc?: ec2.IVpc
}

export interface TapitAppFromFileProps {
  /** The path of a tapit.yml. */
  readonly file: string
  /** @default 'production' */
  readonly environment?: string
  /**
   * The network of the app.
   *
   * @default - what `network` of the file says
   */
  readonly vpc?: ec2.IVpc
}

/** One named part of the app, whatever its kind. */
export type AppProcess = WebProcess | ApiProcess | WorkerProcess

/**
 * Everything that an app needs in one environment: what `tapit create deploy` then deploys to. All of it is reachable from here.
 *
 * @example
 * new TapitApp(stack, 'App', { config: appOfEnvironment(readConfig('tapit.yml'), 'staging') })
 */
export class TapitApp extends Construct {
  /** The app of a tapit.yml in one of its environments. */
  static fromFile(
    scope: Construct,
    id: string,
    { file, environment = defaultEnvironment, vpc }: TapitAppFromFileProps,
  ): TapitApp {
    return new TapitApp(scope, id, { config: appOfEnvironment(readConfig(file), environment), vpc })
  }

  readonly config: AppConfig
  readonly vpc: ec2.IVpc
  readonly cluster: ecs.Cluster
  /** Absent where the app has workers only. */
  readonly loadBalancer?: PublicLoadBalancer
  /** By name: the app's own, and those of processes that have a `path`. */
  readonly repositories: ReadonlyMap<string, ecr.Repository>
  readonly logs: AppLogs
  readonly settings: AppSettings
  readonly notifications: FailureNotifications
  /** By name. */
  readonly processes: ReadonlyMap<string, AppProcess>
  readonly schedules: readonly ScheduledProcess[]
  readonly dashboard: AppDashboard
  /** Absent where no `github` repository may deploy. */
  readonly deployRole?: DeployRole
  /** Absent where deployments are not `enforced`. */
  readonly approverRole?: ApproverRole

  constructor(scope: Construct, id: string, { config, vpc }: TapitAppProps) {
    super(scope, id)
    this.config = config
    this.vpc = vpc ?? this.defineNetwork()
    this.cluster = this.defineCluster()
    this.repositories = this.defineRepositories()
    this.logs = new AppLogs(this, 'Logs', { app: config.cluster })
    this.settings = new AppSettings(this, 'Settings', {
      app: config.cluster,
      strategies: config.strategies,
      policies: config.policies,
      release: config.release,
    })
    this.notifications = this.defineNotifications()
    this.loadBalancer = this.defineLoadBalancer()
    this.processes = this.defineProcesses()
    this.schedules = this.defineSchedules()
    this.dashboard = new AppDashboard(this, 'Dashboard', {
      app: config.cluster,
      processes: [...this.processes.values()],
    })
    this.deployRole = this.defineDeployRole()
    this.approverRole = this.defineApproverRole()
    this.defineAddress()
  }

  private defineNetwork(): ec2.IVpc {
    const { vpc, zones, natGateways, endpoints } = this.config.network
    if (vpc !== 'new') return this.lookedUp(vpc)
    return new AppNetwork(this, 'Network', { zones, natGateways, endpoints }).vpc
  }

  private lookedUp(vpcId: string): ec2.IVpc {
    const vpc = ec2.Vpc.fromLookup(this, 'Vpc', { vpcId })
    const needsPublic = this.config.processes.some(({ kind }) => kind !== 'worker')
    if (vpc.privateSubnets.length === 0)
      throw new Error(
        `network.vpc: ${vpcId} has no private subnets with a way out (a NAT gateway), which tasks run in; name another VPC, or 'new'`,
      )
    if (needsPublic && vpc.publicSubnets.length === 0)
      throw new Error(
        `network.vpc: ${vpcId} has no public subnets, which the load balancer stands in; name another VPC, or 'new'`,
      )
    return vpc
  }

  private defineCluster(): ecs.Cluster {
    const { cluster: app, environment } = this.config
    return new AppCluster(this, 'Cluster', { app, environment, vpc: this.vpc }).cluster
  }

  private defineRepositories(): ReadonlyMap<string, ecr.Repository> {
    const names = [...new Set(this.config.processes.map(process => this.repositoryOf(process)))]
    const repositories = new Construct(this, 'Images')
    return new Map(
      names.map(name => [
        name,
        new ImageRepository(repositories, name.slice(this.config.cluster.length + 1) || 'Shared', {
          repositoryName: name,
        }).repository,
      ]),
    )
  }

  private repositoryOf({ name, path }: ProcessConfig): string {
    return repositoryName(this.config.cluster, path === undefined ? undefined : name)
  }

  private defineNotifications(): FailureNotifications {
    const { cluster: app, notify } = this.config
    const topic = notify.topic === undefined ? undefined : sns.Topic.fromTopicArn(this, 'Topic', notify.topic)
    return new FailureNotifications(this, 'Notifications', {
      app,
      cluster: this.cluster,
      topic,
      emails: [...notify.emails],
    })
  }

  private defineLoadBalancer(): PublicLoadBalancer | undefined {
    const { cluster: app, domain, processes } = this.config
    if (processes.every(({ kind }) => kind === 'worker')) return undefined
    const certificate = domain && acm.Certificate.fromCertificateArn(this, 'Certificate', domain.certificate)
    return new PublicLoadBalancer(this, 'LoadBalancer', { app, vpc: this.vpc, certificate })
  }

  private defineProcesses(): ReadonlyMap<string, AppProcess> {
    const scope = new Construct(this, 'Processes')
    return new Map(this.config.processes.map(process => [process.name, this.defineProcess(scope, process)]))
  }

  private defineProcess(scope: Construct, process: ProcessConfig): AppProcess {
    const id = process.name
    switch (process.kind) {
      case 'web':
        return new WebProcess(scope, id, this.loadBalancedPropsOf(process))
      case 'api':
        return new ApiProcess(scope, id, this.loadBalancedPropsOf(process))
      case 'worker':
        return new WorkerProcess(scope, id, this.propsOf(process))
    }
  }

  private loadBalancedPropsOf(process: ProcessConfig): LoadBalancedProcessProps {
    if (this.loadBalancer === undefined) throw new Error(`${process.name} needs a load balancer`)
    const { readiness } = process
    return {
      ...this.propsOf(process),
      loadBalancer: this.loadBalancer,
      rules: this.config.rules.filter(rule => rule.process === process.name),
      port: process.port,
      readinessPath: readiness?.type === 'http' ? readiness.path : undefined,
      drain: Duration.seconds(process.drainSeconds),
      url: this.urlOf(process),
    }
  }

  /** A load balancer that knows hosts answers at no other name. */
  private urlOf({ hosts }: ProcessConfig): string | undefined {
    const host = hosts.find(each => !each.includes('*'))
    if (host === undefined) return undefined
    return `${this.config.domain === undefined ? 'http' : 'https'}://${host}`
  }

  private propsOf(process: ProcessConfig): ProcessProps {
    const { readiness, stayRunningSeconds } = process
    return {
      app: this.config.cluster,
      process: process.name,
      cluster: this.cluster,
      repository: this.repository(this.repositoryOf(process)),
      command: process.command && [...process.command],
      cpu: process.cpu,
      memory: process.memory,
      count: process.count,
      keepImages: this.config.images.keep,
      architecture: process.architecture === 'arm64' ? ecs.CpuArchitecture.ARM64 : ecs.CpuArchitecture.X86_64,
      spot: process.spot,
      env: process.env,
      secrets: this.secretsOf(process),
      permissions: process.permissions.map(
        ({ actions, resources }) =>
          new iam.PolicyStatement({ actions: [...actions], resources: [...resources] }),
      ),
      strategy: process.strategy,
      strategies: usableStrategies({ config: this.config, process, region: this.region() }),
      stayRunning: stayRunningSeconds === undefined ? undefined : Duration.seconds(stayRunningSeconds),
      logRetention: logRetentionOf(process.logDays),
      readOnlyRootFilesystem: process.readOnly,
      user: process.user,
      enableExecuteCommand: process.exec,
      stopTimeout: Duration.seconds(process.stopSeconds),
      scaling: process.scale,
      healthCheckCommand: readiness?.type === 'command' ? [...readiness.command] : undefined,
      readinessTimeout: readiness && Duration.millis(readiness.timeoutMs),
      alarms: { ...this.config.alarms, topic: this.notifications.topic },
    }
  }

  /** Absent where the stack stands in whichever region it is deployed to. */
  private region(): string | undefined {
    const { region } = Stack.of(this)
    return Token.isUnresolved(region) ? undefined : region
  }

  private secretsOf({ name, secrets }: ProcessConfig): Record<string, ecs.Secret> {
    const scope = new Construct(this, `Secrets-${name}`)
    return Object.fromEntries(
      Object.entries(secrets).map(([variable, source]) => [variable, secretOf(scope, variable, source)]),
    )
  }

  private repository(name: string): ecr.Repository {
    const repository = this.repositories.get(name)
    if (repository === undefined) throw new Error(`there is no repository ${name}`)
    return repository
  }

  private defineSchedules(): readonly ScheduledProcess[] {
    const scope = new Construct(this, 'Schedules')
    return this.config.schedules.map(({ name, process, command, schedule, timezone }) => {
      const of = this.processes.get(process)
      if (of === undefined) throw new Error(`the schedule ${name} runs ${process}, which is no process`)
      return new ScheduledProcess(scope, name, {
        app: this.config.cluster,
        name,
        cluster: this.cluster,
        of,
        command: [...command],
        schedule,
        timezone,
      })
    })
  }

  private defineDeployRole(): DeployRole | undefined {
    const { environment, github, enforced } = this.config
    if (github === undefined) return undefined
    const deployRole = new DeployRole(this, 'DeployRole', {
      ...this.reach('Records'),
      environment,
      github,
      provider: Foundation.githubProviderOf(this, 'GithubProvider'),
      enforced,
    })
    new CfnOutput(Stack.of(this), 'DeployRoleArn', { value: deployRole.role.roleArn })
    return deployRole
  }

  private defineApproverRole(): ApproverRole | undefined {
    const { environment, enforced, approverRole } = this.config
    if (!enforced) return undefined
    if (approverRole === undefined)
      throw new Error(
        `${environment} is 'enforced', and nobody could start a deployment: say who may assume its 'approverRole'`,
      )
    const { assumedBy } = approverRole
    const approver = new ApproverRole(this, 'ApproverRole', { ...this.reach('ApprovedRecords'), assumedBy })
    new CfnOutput(Stack.of(this), 'ApproverRoleArn', { value: approver.role.roleArn })
    return approver
  }

  /** What the roles of the app have to do with. `id` is of the table, which each of them imports. */
  private reach(id: string): AppReach {
    return {
      app: this.config.cluster,
      table: Foundation.tableOf(this, id),
      repositories: [...this.repositories.values()],
      roles: [...this.processes.values()].flatMap(({ roles }) => [...roles]),
      cluster: this.cluster,
      processes: [...this.processes.keys()],
      promotesFrom: this.config.promotesFrom,
    }
  }

  private defineAddress(): void {
    const { domain } = this.config
    if (this.loadBalancer === undefined) return
    const { loadBalancer } = this.loadBalancer
    if (domain?.zone !== undefined) this.defineRecords(domain.zone, loadBalancer)
    new CfnOutput(Stack.of(this), 'Url', {
      value: domain === undefined ? `http://${loadBalancer.loadBalancerDnsName}` : `https://${domain.name}`,
    })
  }

  private defineRecords(hostedZoneId: string, loadBalancer: PublicLoadBalancer['loadBalancer']): void {
    const hosts = [...new Set(this.config.processes.flatMap(({ hosts: own }) => own))]
    const records = new Construct(this, 'Dns')
    for (const host of hosts) {
      const zone = route53.HostedZone.fromHostedZoneAttributes(records, `${host}Zone`, {
        hostedZoneId,
        zoneName: host,
      })
      new route53.ARecord(records, host, {
        zone,
        recordName: `${host}.`,
        target: route53.RecordTarget.fromAlias(new targets.LoadBalancerTarget(loadBalancer)),
      })
    }
  }
}
