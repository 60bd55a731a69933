import type { Evidence, LogPointer } from './failure.ts'
import type { Instant, Traffic } from './state.ts'

/** What AWS said about one deployment up to one moment. A part that was not asked for lately holds its last known value. */
export type Observation = {
  readonly at: Instant
  /** The service deployment of our own revision; absent until ECS shows it. */
  readonly ours?: SeenServiceDeployment
  /** A service deployment that is newer than ours and goes to another revision; or the deployment of ours that takes over. */
  readonly successor?: {
    readonly serviceDeployment: string
    readonly createdAt: Instant
    readonly taskDefinition?: string
  }
  /** After a late crash: the service deployment that brings the previous revision back. */
  readonly redeployment?: SeenServiceDeployment
  readonly service?: SeenService
  /** Running and starting tasks of the service, of whatever revision. */
  readonly tasks?: readonly SeenTask[]
  /** Health of the load balancer's targets that belong to tasks of our revision. */
  readonly targets?: readonly SeenTarget[]
  /** Stopped tasks of our revision, oldest first, everything seen so far. */
  readonly stopped: readonly StoppedTask[]
  /** Stopped tasks could not be asked for: that `stopped` is empty then says nothing. */
  readonly isStoppedUnread?: boolean
  /** When the stopped tasks were last read; also when AWS refused to show them for good, since waiting brings no other answer then. */
  readonly stoppedReadAt?: Instant
  /** In this look the service's deployments were searched and every call of it answered: what is absent here is not there in ECS. */
  readonly isSearched?: boolean
  /** Its service was deleted: ECS says so, or has not shown it for a while. */
  readonly isServiceGone?: boolean
  /** How this deployment stands can no longer be known, and why: AWS refuses to tell of it. */
  readonly lost?: string
  /** No command follows the deployment any more: its lease has run out, or was given back. */
  readonly unattended?: boolean
  /** Another command follows the deployment: what needs a follower's eye is left to it. */
  readonly isFollowed?: boolean
}

/** An ECS service deployment. Unknown words in `status` and `lifecycleStage` are taken as "still at work". */
export type SeenServiceDeployment = {
  readonly arn: string
  /** `ecs-svc/…`, once DescribeServices has shown it. */
  readonly deploymentId?: string
  /** PENDING, IN_PROGRESS, SUCCESSFUL, STOP_REQUESTED, STOPPED, ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED */
  readonly status: string
  readonly statusReason?: string
  /** Not documented for ROLLING, where it may be absent. */
  readonly lifecycleStage?: string
  /** When the present stage was first seen, by our clock; absent if it was the first one that was seen, which may have begun long before. */
  readonly stageSince?: Instant
  readonly pacing?: Pacing
  readonly createdAt: Instant
  readonly finishedAt?: Instant
  readonly target: TaskCounts & { readonly traffic?: Traffic }
  /** Tasks of the revisions that are being replaced. */
  readonly sourceRunning: number
  readonly circuitBreaker?: {
    readonly status: string
    readonly failureCount: number
    readonly threshold: number
  }
  readonly alarms?: {
    readonly status: string
    readonly names: readonly string[]
    readonly triggered: readonly string[]
  }
  readonly hooks: readonly SeenHook[]
  readonly rollback?: { readonly reason?: string; readonly serviceRevision?: string }
  /** When this was asked. */
  readonly readAt: Instant
  /** When the present status was first seen, by our clock. */
  readonly statusSince?: Instant
}

export type TaskCounts = { readonly requested: number; readonly running: number; readonly pending: number }

export type SeenHook = {
  readonly id?: string
  readonly status: string
  readonly targetType?: string
  readonly expiresAt?: Instant
  /** CONTINUE, ROLLBACK. */
  readonly timeoutAction?: string
}

/** How long traffic stays where it is, in minutes; what does not apply to the strategy is left out. */
export type Pacing = {
  readonly bakeMinutes?: number
  readonly canaryBakeMinutes?: number
  readonly stepBakeMinutes?: number
}

export type SeenService = {
  readonly desired: number
  readonly running: number
  readonly pending: number
  /** The task definition of the PRIMARY deployment. */
  readonly taskDefinition?: string
  /** When this was asked: an older answer must not confirm a newer event. */
  readonly readAt: Instant
}

export type SeenTask = {
  readonly id: string
  readonly taskDefinition: string
  readonly lastStatus: string
  readonly healthStatus?: string
  readonly startedAt?: Instant
  /** When it was first seen running, by our clock: AWS's may differ. */
  readonly since?: Instant
  /** Its containers were seen healthy at least once. */
  readonly wasHealthy?: boolean
  readonly ip?: string
  readonly imageDigests: readonly string[]
}

export type SeenTarget = {
  readonly id: string
  /** initial, healthy, unhealthy, unused, draining, unavailable, … */
  readonly state: string
  readonly reason?: string
  readonly description?: string
  /** When the target was first seen, by our clock. */
  readonly since: Instant
  /** The task behind it. A task is behind several targets where the service has several target groups. */
  readonly taskId?: string
  /** It was seen healthy at least once. */
  readonly wasHealthy?: boolean
}

export type StoppedTask = {
  readonly id: string
  readonly stopCode?: string
  readonly stoppedReason?: string
  readonly startedAt?: Instant
  readonly stoppedAt?: Instant
  readonly containers: readonly StoppedContainer[]
}

export type StoppedContainer = {
  readonly name: string
  readonly essential: boolean
  readonly exitCode?: number
  readonly reason?: string
  readonly log?: LogPointer
}

/** The stopped task as evidence: the container that exited, or the task alone if none ever started. */
export function evidenceOf(task: StoppedTask, container?: StoppedContainer): Evidence {
  const ended = task.stoppedAt
  return {
    taskId: task.id,
    ...(container !== undefined && { container: container.name }),
    ...(container?.exitCode !== undefined && { exitCode: container.exitCode }),
    ...(task.stopCode !== undefined && { stopCode: task.stopCode }),
    stoppedReason: reasonsOf(task, container),
    ...(task.startedAt !== undefined && ended !== undefined && { ranFor: ended - task.startedAt }),
    ...(ended !== undefined && { at: ended }),
    ...(container?.log !== undefined && task.startedAt !== undefined && { log: container.log }),
  }
}

/** AWS often says the same of the task and of its container. */
function reasonsOf({ stoppedReason = '' }: StoppedTask, container?: StoppedContainer): string {
  const { reason = '' } = container ?? {}
  return [stoppedReason, ...(stoppedReason.includes(reason) ? [] : [reason])]
    .filter(part => part !== '')
    .join(' · ')
}
