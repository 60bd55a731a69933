import type { SuspendedScaling } from '../deployment/deployment.ts'
import type { LogPointer } from '../deployment/failure.ts'
import type { SeenServiceDeployment, SeenTarget } from '../deployment/observation.ts'
import type { Instant } from '../deployment/state.ts'
import type { TaskDefinition } from '../deployment/task-definition.ts'
import type { ImageStore } from '../images/ports.ts'
import type { Clock } from '../names/clock.ts'
import type { Audit } from '../records/audit.ts'
import type { Records } from '../records/records.ts'
import type { DeploymentConfiguration } from '../strategy/deployment-configuration.ts'

/** Everything outside that the actions work with. Each method is one call to AWS and one translation; failures are `Trouble`s. */
export type Ports = {
  readonly ecs: Ecs
  readonly images: Images
  readonly imageStore: ImageStore
  readonly targets: Targets
  readonly rules: ListenerRules
  readonly logs: Logs
  readonly alarms: Alarms
  readonly scaling: Scaling
  readonly parameters: Parameters
  readonly identity: Identity
  readonly records: Records
  readonly audit: Audit
  readonly clock: Clock
  /** Unique, sortable by time of making: `dep_01jd…`. */
  newId(prefix: 'dep' | 'grp'): string
  /** Random, for the holder of a lease. */
  newToken(): string
}

export type Tags = Readonly<Record<string, string>>

export type Ecs = {
  /** Absent if there is no such active cluster. */
  cluster(name: string): Promise<Cluster | undefined>
  /** Names of all clusters, for "did you mean"; at most 100. */
  clusterNames(): Promise<readonly string[]>
  /** ARNs of all clusters, all pages. */
  clusterArns(): Promise<readonly string[]>
  /** ARNs of all services of a cluster, all pages. */
  serviceArns(cluster: string): Promise<readonly string[]>
  /** Up to 10, with tags; those that are missing or inactive are left out. */
  services(cluster: string, services: readonly string[]): Promise<readonly Service[]>
  /** By family (its newest ACTIVE revision), `family:revision` or ARN, with tags; absent if there is none. */
  taskDefinition(reference: string): Promise<TaskDefinition | undefined>
  /** Registers a revision out of another one's definition; answers its ARN. */
  registerTaskDefinition(revision: NewRevision): Promise<string>
  deregisterTaskDefinition(arn: string): Promise<void>
  /** ARNs of a family's newest ACTIVE revisions, newest first; at most ten. */
  newestRevisions(family: string): Promise<readonly string[]>
  /** ARNs of all of a family's ACTIVE revisions, newest first, all pages. */
  activeRevisions(family: string): Promise<readonly string[]>
  /** Deploys a revision. Never forces a new deployment, so that sending it twice does nothing twice. */
  updateService(update: ServiceUpdate): Promise<void>
  /** Gives a service another deployment configuration and nothing else: no deployment comes of it, and none that is under way changes. */
  configure(change: {
    readonly cluster: string
    readonly service: string
    readonly configuration: Readonly<Record<string, unknown>>
  }): Promise<void>
  /** Lets a deployment go on after a pause; `too_late` if it does not wait there any more. */
  goOn(pause: { readonly serviceDeployment: string; readonly hookId: string }): Promise<'asked' | 'too_late'>
  /** Changes how many tasks are wanted and nothing else: no deployment comes of it. */
  setDesiredCount(change: {
    readonly cluster: string
    readonly service: string
    readonly desiredCount: number
  }): Promise<void>
  /** Newest first, at most 100, all statuses, of the last 90 days. */
  listServiceDeployments(
    cluster: string,
    service: string,
    since?: Instant,
  ): Promise<readonly ServiceDeploymentBrief[]>
  /** Up to 20. Those that ECS does not show (yet) are left out. */
  serviceDeployments(arns: readonly string[]): Promise<readonly ServiceDeployment[]>
  /** Up to 20. */
  serviceRevisions(arns: readonly string[]): Promise<readonly ServiceRevision[]>
  /** Asks ECS to roll back; `too_late` if the service deployment has already come to its end. */
  rollBack(serviceDeployment: string): Promise<'asked' | 'too_late'>
  /** ARNs of tasks in a cluster, or of one service of it, by desired status; at most `limit` (100 a call). */
  taskArns(options: {
    cluster: string
    service?: string
    desiredStatus: 'RUNNING' | 'STOPPED'
    limit?: number
  }): Promise<readonly string[]>
  /** Up to 100. */
  tasks(cluster: string, arns: readonly string[]): Promise<readonly Task[]>
  /** Starts one task by itself, outside any service; Trouble `refused` where there is no place for it. */
  runTask(run: TaskRun): Promise<Task>
  /** Asks a task to stop; nothing happens where it stops already. */
  stopTask(task: { readonly cluster: string; readonly arn: string; readonly reason: string }): Promise<void>
  /** Opens a session in a running container, which the session-manager plugin then joins. */
  executeCommand(wish: {
    readonly cluster: string
    readonly task: string
    readonly container: string
    readonly command: string
  }): Promise<ExecSession>
}

export type Cluster = { readonly name: string; readonly arn: string; readonly tags: Tags }

export type Service = {
  readonly name: string
  readonly arn: string
  readonly cluster: string
  readonly tags: Tags
  /** ECS, CODE_DEPLOY, EXTERNAL. */
  readonly controller: string
  /** REPLICA, DAEMON. */
  readonly scheduling: string
  readonly desired: number
  readonly running: number
  readonly pending: number
  /** ARN of the PRIMARY deployment's revision. */
  readonly taskDefinition: string
  readonly deployments: readonly ClassicDeployment[]
  /** ARNs of the revisions that CODE_DEPLOY or EXTERNAL runs; absent with ECS's own controller. */
  readonly taskSets?: readonly string[]
  /** A hint only: it may be blank or outdated right after an update. */
  readonly currentServiceDeployment?: string
  /** ARNs of the service revisions that have tasks now. */
  readonly currentRevisions?: readonly string[]
  /** Both groups of a pair. */
  readonly loadBalancers: readonly { readonly targetGroup: string; readonly container?: string }[]
  /** How ECS can move traffic, load balancer by load balancer. */
  readonly wiring: readonly TrafficWiring[]
  /** Name of a Classic Load Balancer, which has no target groups: ECS minds its health, and nobody can read it here. */
  readonly classicLoadBalancer?: string
  readonly gracePeriodSeconds: number
  readonly configuration: DeploymentConfiguration
  /** Where its tasks run, to start others in the same place. */
  readonly placement?: Placement
  /** Its tasks are started with ECS Exec. */
  readonly letsIn?: boolean
  /** Somebody has deleted it, and its tasks are still stopping. */
  readonly isBeingDeleted?: boolean
  readonly createdAt?: Instant
}

/** Network, platform and capacity of a service's tasks; opaque, in RunTask's words. */
export type Placement = Readonly<Record<string, unknown>>

/** One task by itself. */
export type TaskRun = {
  readonly cluster: string
  readonly taskDefinition: string
  readonly container: string
  readonly command: readonly string[]
  readonly placement: Placement
  /** At most 128 characters. */
  readonly startedBy: string
  /** CPU units and MiB of the whole task. @default - as its definition says */
  readonly cpu?: number
  readonly memory?: number
  /** Sent again with the same token it starts nothing twice; at most 64 characters. */
  readonly token: string
}

/** Of ExecuteCommand, for the plugin alone: the token lets anybody in. */
export type ExecSession = { readonly id: string; readonly streamUrl: string; readonly token: string }

/** What ECS needs to move traffic between two target groups (`advancedConfiguration`); what is absent was never set. */
export type TrafficWiring = {
  readonly targetGroup: string
  readonly alternate?: string
  readonly productionRule?: string
  readonly testRule?: string
  /** ARN of the role with which ECS changes the weights. */
  readonly role?: string
}

/** One of `service.deployments`: `ecs-svc/N`, PRIMARY, ACTIVE or INACTIVE. */
export type ClassicDeployment = {
  readonly id: string
  readonly status: string
  readonly taskDefinition: string
  readonly rolloutState?: string
  readonly rolloutStateReason?: string
  readonly createdAt?: Instant
  readonly running: number
  readonly failedTasks: number
}

export type NewRevision = {
  readonly family: string
  readonly from: TaskDefinition
  /** The container whose image is replaced, and by what. */
  readonly container: string
  readonly image: string
  readonly tags: Tags
}

export type ServiceUpdate = {
  readonly cluster: string
  readonly service: string
  readonly taskDefinition: string
  readonly configuration: DeploymentConfiguration
  /** @default - as many as there are */
  readonly desiredCount?: number
}

export type ServiceDeploymentBrief = {
  readonly arn: string
  readonly status: string
  readonly createdAt: Instant
  readonly targetRevision?: string
}

/** A service deployment as an observation holds it, with the service revision that leads to its task definition. */
export type ServiceDeployment = Omit<SeenServiceDeployment, 'readAt'> & {
  /** ARN. */
  readonly service: string
  readonly targetRevision?: string
}

/** What a service ran at one time: it never changes. */
export type ServiceRevision = {
  readonly arn: string
  readonly taskDefinition: string
  /** Of its containers, as they were asked for; absent until ECS tells. */
  readonly images?: readonly string[]
}

/** A task, running or stopped. */
export type Task = {
  readonly arn: string
  /** The ARN's last segment. */
  readonly id: string
  readonly taskDefinition: string
  /** `service:NAME`. */
  readonly group: string
  readonly lastStatus: string
  /** RUNNING or STOPPED. */
  readonly desiredStatus?: string
  readonly healthStatus?: string
  readonly createdAt?: Instant
  readonly startedAt?: Instant
  /** When it stopped, or began to. */
  readonly stoppedAt?: Instant
  readonly stopCode?: string
  readonly stoppedReason?: string
  /** Its private IPv4 address. */
  readonly ip?: string
  /** It was started with ECS Exec. */
  readonly letsIn?: boolean
  readonly containers: readonly {
    readonly name: string
    readonly exitCode?: number
    readonly reason?: string
    readonly imageDigest?: string
    readonly lastStatus?: string
    /** What Session Manager calls it by. */
    readonly runtimeId?: string
    /** How the agent of ECS Exec stands: RUNNING, STOPPED, PENDING; absent where there is none. */
    readonly execAgent?: string
  }[]
}

export type Images = {
  /** Absent if there is no such tag or digest; Trouble `missing` if there is no such repository. */
  find(
    repository: string,
    reference: { readonly tag: string } | { readonly digest: string },
  ): Promise<Image | undefined>
  /** Tagged images, newest push first. Reads at most `limit` of ECR's pages. */
  newest(repository: string): Promise<readonly Image[]>
  /** `linux/amd64`, … of an image index; absent for a single-platform image, whose platform is in its layers' config. */
  platforms(repository: string, digest: string): Promise<readonly string[] | undefined>
}

export type Image = {
  readonly digest: string
  readonly tags: readonly string[]
  readonly pushedAt?: Instant
  /** ACTIVE, ARCHIVED (cannot be pulled), ACTIVATING. */
  readonly status: string
}

export type Targets = {
  /** Settings of the health checks; up to 20 a call. */
  groups(arns: readonly string[]): Promise<readonly TargetGroup[]>
  health(targetGroup: string): Promise<readonly Omit<SeenTarget, 'since'>[]>
  /** DNS names by ARN of the load balancer; up to 20 a call. */
  addresses(loadBalancers: readonly string[]): Promise<ReadonlyMap<string, string>>
}

export type TargetGroup = {
  readonly arn: string
  readonly loadBalancers: readonly string[]
  readonly intervalSeconds: number
  readonly unhealthyThreshold: number
}

/** The rules of load balancers, as they are now. */
export type ListenerRules = {
  /** By ARN; those that are gone are left out. */
  live(arns: readonly string[]): Promise<readonly LiveRule[]>
}

export type LiveRule = {
  readonly arn: string
  readonly weights: readonly { readonly targetGroup: string; readonly weight: number }[]
}

export type LogLine = {
  /** As whoever wrote it says. */
  readonly at: Instant
  /** When AWS got it; absent where it was not asked for. */
  readonly ingestedAt?: Instant
  readonly message: string
  readonly stream: string
  readonly id: string
}

export type Logs = {
  /** The last lines of one stream, oldest first; none if there is no such stream. */
  tail(pointer: LogPointer, limit: number): Promise<readonly LogLine[]>
  /** Lines of a group since a moment, oldest first, of all streams or those with a prefix; `next` while there are more. */
  since(options: {
    group: string
    streamPrefix?: string
    /** Where the group is. @default - where all else is */
    region?: string
    from: Instant
    next?: string
  }): Promise<{ readonly lines: readonly LogLine[]; readonly next?: string }>
  /** Lines of a group since a moment, newest first, of all streams, those that hold `words` (each of them literally); `next` while there may be more. */
  newest(options: {
    group: string
    words: readonly string[]
    from: Instant
    /** At most, 1 to 10,000; there may be fewer though there are more. */
    limit: number
    next?: string
  }): Promise<{ readonly lines: readonly LogLine[]; readonly next?: string }>
  /** Appends to a stream, which is made if it does not exist yet, as is its group. */
  append(options: {
    group: string
    stream: string
    lines: readonly { readonly at: Instant; readonly message: string }[]
  }): Promise<void>
}

export type Alarms = {
  /** OK, ALARM or INSUFFICIENT_DATA by name; those that do not exist are left out. */
  states(names: readonly string[]): Promise<ReadonlyMap<string, string>>
}

export type Scaling = {
  /** Of the services of a cluster; those that do not scale by themselves are left out. Up to 50. */
  targets(cluster: string, services: readonly string[]): Promise<readonly ScalableTarget[]>
  /** What is left out stays. A service that wants more or fewer tasks than the bounds allow is brought within them by AWS. */
  change(change: {
    readonly cluster: string
    readonly service: string
    readonly min?: number
    readonly suspended?: SuspendedScaling
  }): Promise<void>
}

/** How many tasks auto scaling lets a service want. */
export type ScalableTarget = {
  readonly service: string
  readonly min: number
  readonly max: number
  readonly suspended: SuspendedScaling
}

export type Parameters = {
  /** Names and values below a path, all pages. */
  under(path: string): Promise<ReadonlyMap<string, string>>
}

export type Identity = {
  /** ARN of the caller: AWS is asked once. */
  caller(): Promise<string>
  /** Who calls, and what time it is there, as AWS has told within the last minute. */
  whoIs(): Promise<WhoIs>
}

/** What AWS says of the caller: nobody can say it for themselves. */
export type WhoIs = {
  readonly arn: string
  /** `aws:userid`: `AIDA…` of a user, `AROA…:session` of a role. */
  readonly userId: string
  /** By AWS's clock, to the second: machines' clocks are wrong by hours at times. */
  readonly at: Instant
}
