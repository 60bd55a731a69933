import type { ecs } from '../wire/handlers.ts'

/** All that the sandbox knows of ECS. Plain JSON; times are milliseconds since the epoch. */
export type EcsState = {
  /** By name. */
  readonly clusters: Record<string, ClusterRecord>
  /** By ARN. */
  readonly taskDefinitions: Record<string, TaskDefinitionRecord>
  /** The newest revision that each family ever had; a revision's number is never used again. */
  readonly latestRevisions: Record<string, number>
  readonly services: Record<string, ServiceRecord>
  readonly serviceDeployments: Record<string, ServiceDeploymentRecord>
  readonly serviceRevisions: Record<string, ServiceRevisionRecord>
  readonly tasks: Record<string, TaskRecord>
  /** What will happen, unless something else happens first. */
  queue: PendingEvent[]
  /** How many identifiers and events were given out; both are derived from it, so that a run can be repeated. */
  sequence: number
  consistency: Consistency
  /** What Lambda hooks answer from now on; one that nobody set succeeds. Absent in states saved before there were any. */
  hookAnswers?: readonly HookAnswer[]
}

export type HookAnswer = {
  /** Its name, without the rest of the ARN. */
  readonly functionName: string
  /** Only there. @default - at every stage */
  readonly stage?: LifecycleStage
  readonly answer: (typeof hookAnswers)[number]
}

/** `error`: the function throws, or answers something without a `hookStatus`. */
export const hookAnswers = ['succeeded', 'failed', 'in_progress', 'error'] as const

/** How far ECS's reads lag behind its writes; all zero unless a test says otherwise. */
type Consistency = {
  /** For so long after an UpdateService, DescribeServices shows the service as it was before. */
  readonly staleReadsAfterUpdateMs: number
  /** For so long, a new service deployment is neither listed nor its service's current one. */
  readonly hideServiceDeploymentMs: number
}

export type PendingEvent = { readonly at: number; readonly order: number } & EventBody

export type EventBody =
  | { readonly kind: 'task'; readonly taskArn: string; readonly step: TaskStep }
  | { readonly kind: 'round'; readonly serviceArn: string }

export type TaskStep =
  | 'pending'
  | 'pulled'
  | 'running'
  | 'heartbeat'
  | 'exit'
  | 'stopping'
  | 'ended'
  | 'stopped'
  | 'forgotten'

export type ClusterRecord = {
  readonly arn: string
  readonly name: string
  status: 'ACTIVE' | 'INACTIVE'
  settings: readonly ecs.ClusterSetting[]
  tags: readonly ecs.Tag[]
}

export type TaskDefinitionRecord = {
  readonly arn: string
  readonly family: string
  readonly revision: number
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS'
  readonly registeredAt: number
  deregisteredAt?: number
  /** What was registered, with the defaults that ECS fills in. */
  readonly definition: ecs.TaskDefinition
  tags: readonly ecs.Tag[]
}

/** What a service revision freezes; a change of any of it makes a new deployment. */
export type RevisionSettings = {
  readonly taskDefinition: string
  readonly launchType?: ecs.LaunchType
  readonly capacityProviderStrategy?: readonly ecs.CapacityProviderStrategyItem[]
  readonly platformVersion?: string
  readonly networkConfiguration?: ecs.NetworkConfiguration
  readonly loadBalancers: readonly ecs.LoadBalancer[]
  readonly serviceRegistries: readonly ecs.ServiceRegistry[]
  readonly serviceConnectConfiguration?: ecs.ServiceConnectConfiguration
  readonly volumeConfigurations?: readonly ecs.ServiceVolumeConfiguration[]
  readonly vpcLatticeConfigurations?: readonly ecs.VpcLatticeConfiguration[]
}

export type ServiceRecord = {
  readonly arn: string
  readonly name: string
  readonly clusterArn: string
  readonly clusterName: string
  readonly createdAt: number
  readonly createdBy: string
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE'
  settings: RevisionSettings
  desiredCount: number
  readonly schedulingStrategy: ecs.SchedulingStrategy
  deploymentController: ecs.DeploymentControllerType
  deploymentConfiguration: ecs.DeploymentConfiguration
  healthCheckGracePeriodSeconds?: number
  enableECSManagedTags: boolean
  enableExecuteCommand: boolean
  propagateTags: ecs.PropagateTags
  availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing
  readonly clientToken?: string
  tags: readonly ecs.Tag[]
  /** Newest first, as ECS answers them. */
  events: readonly ServiceEventRecord[]
  /** The PRIMARY one first. */
  deployments: DeploymentRecord[]
  currentServiceDeployment?: string
  /** The revision that the most recent COMPLETED deployment brought: what a rollback goes back to. */
  completedRevision?: string
  /** Failures in a row without a task that lasted, and when the next task may be started because of them. */
  launchFailures: number
  nextLaunchAt: number
  steady: boolean
  stuckReported: boolean
  /** What eventually consistent reads still show. */
  stale?: { readonly until: number; readonly service: string }
}

type ServiceEventRecord = { readonly id: string; readonly at: number; readonly message: string }

/** What DescribeServices calls a deployment: `ecs-svc/N`, where N is also the last part of the revision's ARN. */
export type DeploymentRecord = {
  readonly id: string
  readonly revisionArn: string
  readonly taskDefinition: string
  readonly createdAt: number
  status: 'PRIMARY' | 'ACTIVE'
  rolloutState: ecs.DeploymentRolloutState
  rolloutStateReason: string
  failedTasks: number
  updatedAt: number
}

export type ServiceRevisionRecord = {
  readonly arn: string
  readonly serviceArn: string
  readonly clusterArn: string
  readonly createdAt: number
  readonly settings: RevisionSettings
  containerImages: readonly ecs.ContainerImage[]
  /** As in the settings, but with the target group that this revision's tasks register with: one of the two of a pair. */
  loadBalancers: readonly ecs.LoadBalancer[]
  /** How many tasks were ever started of it: the first one of a flaky image fails. */
  tasksStarted: number
}

export type ServiceDeploymentRecord = {
  readonly arn: string
  readonly serviceArn: string
  readonly clusterArn: string
  readonly createdAt: number
  readonly sourceRevisions: readonly string[]
  readonly targetRevision: string
  /** The one that has the traffic at the start, and runs in full until CLEAN_UP. Absent where nothing runs yet. */
  readonly sourceRevision?: string
  readonly deploymentConfiguration: ecs.DeploymentConfiguration
  /** Alarms that rang already when it started are ignored for it, as AWS documents. */
  readonly alarmNames: readonly string[]
  startedAt?: number
  finishedAt?: number
  stoppedAt?: number
  updatedAt: number
  status: ecs.ServiceDeploymentStatus
  statusReason?: string
  rollback?: { readonly reason: string; readonly startedAt: number; readonly revisionArn: string }
  /** Why it stops or goes back, for the texts. */
  cause?: RollbackCause
  /** Failed tasks of the new revision; `rollbackFailureCount` those of the old one, when it comes back. */
  failureCount: number
  rollbackFailureCount: number
  /** Only of strategies that shift traffic. */
  lifecycleStage?: LifecycleStage
  stageSince?: number
  hooks: readonly HookRecord[]
  /** How many per cent of the traffic the new revision gets, and which of its steps that is. */
  productionWeight: number
  testWeight: number
  trafficStep: number
  /** Since when all is as it should be; alarms are watched a while longer. */
  goodSince?: number
  triggeredAlarms: readonly string[]
}

export type RollbackCause = 'circuit-breaker' | 'alarm' | 'hook' | 'requested' | 'superseded'

/** The SDK's type for a deployment's stage lacks the one that it has for hooks. */
export type LifecycleStage = ecs.ServiceDeploymentLifecycleStage | 'PRE_PRODUCTION_TRAFFIC_SHIFT'

/** The stages that can have hooks. */
export const hookStages = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
] as const satisfies readonly LifecycleStage[]

/** One call of a hook, which a stage waits for, or waited for. */
export type HookRecord = {
  readonly id: string
  /** The Lambda function; absent of PAUSE hooks. */
  readonly targetArn?: string
  readonly stage: LifecycleStage
  /** Each step of the traffic has hooks of its own. */
  readonly step: number
  readonly expiresAt: number
  readonly timeoutAction: 'CONTINUE' | 'ROLLBACK'
  readonly status: 'AWAITING_ACTION' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT'
  /** When the Lambda function answers the next time. */
  readonly answersAt?: number
  /** What the deployment's reason says of it. */
  readonly failure?: string
}

export type TaskRecord = {
  readonly arn: string
  readonly id: string
  readonly clusterArn: string
  readonly clusterName: string
  readonly taskDefinition: string
  readonly group: string
  readonly startedBy?: string
  /** With which RunTask asked for it; sent again it answers this task. */
  readonly clientToken?: string
  readonly serviceArn?: string
  readonly revisionArn?: string
  readonly launchType: ecs.LaunchType
  readonly platformVersion: string
  readonly createdAt: number
  readonly network: {
    readonly ip: string
    readonly subnetId: string
    readonly attachmentId: string
    readonly eniId: string
  }
  readonly overrides?: ecs.TaskOverride
  readonly targets: readonly {
    readonly targetGroupArn: string
    readonly containerName: string
    readonly port: number
  }[]
  readonly enableExecuteCommand: boolean
  tags: readonly ecs.Tag[]
  containers: readonly ContainerRecord[]
  lastStatus: TaskStatus
  desiredStatus: 'RUNNING' | 'STOPPED'
  connectedAt?: number
  pullStartedAt?: number
  pullStoppedAt?: number
  startedAt?: number
  stoppingAt?: number
  executionStoppedAt?: number
  stoppedAt?: number
  stopCode?: ecs.TaskStopCode
  stoppedReason?: string
  /** How the task ends by itself, once it runs. */
  exit?: { readonly container: string; readonly exitCode: number; readonly reason?: string }
  /** When its containers' own health checks find it healthy or unhealthy; both absent if it has none. */
  containerHealth?: { readonly healthyAt?: number; readonly unhealthyAt?: number }
  /** It counted as healthy once, so a later stop is no failure to start. */
  wasHealthy: boolean
  /** The first task of its revision: of a flaky image, it is the one that fails. */
  readonly isFirst: boolean
  heartbeats: number
}

type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED'

export type ContainerRecord = {
  readonly name: string
  readonly image: string
  readonly runtimeId: string
  readonly essential: boolean
  readonly imageDigest?: string
  readonly lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED'
  readonly exitCode?: number
  readonly reason?: string
}

export function emptyEcs(): EcsState {
  return {
    clusters: {},
    taskDefinitions: {},
    latestRevisions: {},
    services: {},
    serviceDeployments: {},
    serviceRevisions: {},
    tasks: {},
    queue: [],
    sequence: 0,
    consistency: { staleReadsAfterUpdateMs: 0, hideServiceDeploymentMs: 0 },
    hookAnswers: [],
  }
}
