import type { Deployment } from '../../deployment/deployment.ts'
import type {
  Observation,
  SeenService,
  SeenServiceDeployment,
  SeenTarget,
  SeenTask,
  StoppedTask,
} from '../../deployment/observation.ts'
import type { EcsDeployment, Instant } from '../../deployment/state.ts'
import type { TaskDefinition } from '../../deployment/task-definition.ts'
import type { Service, ServiceDeployment } from '../ports.ts'
import type { Sightings } from './sightings.ts'

/** What an observer knows of one deployment: the last answer of each kind, and when and for what it was asked. */
export type Watch = {
  service?: SeenService
  targetGroups: readonly string[]
  /** ARN of the service deployment that the service names: where to look first. */
  hint?: string
  looksWithout: number
  /** Since when DescribeServices leaves the service out. */
  missingSince?: Instant
  /** Whether the search in this look answered in full; absent if there was none. */
  isSearched?: boolean
  /** Its service was deleted. */
  isServiceGone?: boolean
  /** Why it cannot be known any more how the deployment stands. */
  lost?: string
  oursArn?: string
  /** `ecs-svc/…` */
  deploymentId?: string
  ours?: SeenServiceDeployment
  redeploymentArn?: string
  redeployment?: SeenServiceDeployment
  successor?: Observation['successor']
  /** Absent until they were read. */
  tasks?: readonly SeenTask[]
  /** When they were last asked for. */
  tasksAt: Instant
  tasksFor: string
  /** Absent until they were read. */
  targets?: readonly SeenTarget[]
  targetsAt: Instant
  readonly sightings: Sightings
  readonly stopped: Map<string, StoppedTask>
  stoppedAt: Instant
  stoppedFor: string
  /** The last time that it was asked for, there was no answer. */
  isStoppedUnread: boolean
  /** When that was answered last, be it with AWS's no. */
  stoppedReadAt?: Instant
  definition?: TaskDefinition
}

export function newWatch(deployment: Deployment, now: Instant): Watch {
  const { own, redeploying } = revisionsOf(deployment)
  return {
    targetGroups: [],
    looksWithout: 0,
    tasksAt: -Infinity,
    tasksFor: '',
    targetsAt: -Infinity,
    sightings: new Map(),
    stopped: new Map(),
    stoppedAt: now,
    stoppedFor: failuresOf(undefined),
    isStoppedUnread: false,
    ...(own?.serviceDeployment !== undefined && { oursArn: own.serviceDeployment }),
    ...(redeploying?.serviceDeployment !== undefined && { redeploymentArn: redeploying.serviceDeployment }),
  }
}

export function observationOf(watch: Watch, at: Instant): Observation {
  const { ours, deploymentId, redeployment, successor, service, tasks, targets } = watch
  const { stopped, isStoppedUnread, stoppedReadAt, isSearched = false, lost } = watch
  return {
    at,
    ...(ours && { ours: { ...ours, ...(deploymentId !== undefined && { deploymentId }) } }),
    ...(redeployment && { redeployment }),
    ...(successor && { successor }),
    ...(service && { service }),
    ...(tasks && { tasks }),
    ...(targets && { targets }),
    stopped: [...stopped.values()].toSorted((a, b) => (a.stoppedAt ?? 0) - (b.stoppedAt ?? 0)),
    ...(isStoppedUnread && { isStoppedUnread }),
    ...(stoppedReadAt !== undefined && { stoppedReadAt }),
    ...(isSearched && { isSearched }),
    ...(isServiceGone(watch) && { isServiceGone: true }),
    ...(lost !== undefined && { lost }),
  }
}

export function rememberServiceDeployment(
  watch: Watch,
  as: 'ours' | 'redeployment',
  seen: ServiceDeployment,
  readAt: Instant,
): void {
  const { service: _service, targetRevision: _revision, ...rest } = seen
  const before = watch[as]
  const statusSince = before?.status === seen.status ? (before.statusSince ?? readAt) : readAt
  const stageSince = before !== undefined && isSameStage(before, seen) ? before.stageSince : readAt
  watch[as] = {
    ...rest,
    readAt,
    statusSince,
    ...(before !== undefined && stageSince !== undefined && { stageSince }),
  }
  watch[`${as}Arn`] = seen.arn
}

/** An answer may leave a service out for a moment: not where ECS has stopped its deployment, too. */
function isServiceGone({ isServiceGone: isKnown = false, missingSince, ours }: Watch): boolean {
  return isKnown || (missingSince !== undefined && ours?.status === 'STOPPED')
}

/** Whether there is nothing left to ask AWS about it. */
export function isOutOfReach({ isServiceGone = false, lost }: Watch): boolean {
  return isServiceGone || lost !== undefined
}

/** Each step of linear is a stage of its own, of the same name. */
function isSameStage(before: SeenServiceDeployment, seen: ServiceDeployment): boolean {
  return (
    before.lifecycleStage === seen.lifecycleStage &&
    before.target.traffic?.production === seen.target.traffic?.production
  )
}

export function rememberService(
  watch: Watch,
  service: Service,
  own: EcsDeployment | undefined,
  readAt: Instant,
): void {
  const { desired, running, pending, taskDefinition, currentServiceDeployment } = service
  if (service.isBeingDeleted === true) watch.isServiceGone = true
  watch.targetGroups = service.loadBalancers.map(({ targetGroup }) => targetGroup)
  if (currentServiceDeployment !== undefined) watch.hint = currentServiceDeployment
  watch.missingSince = undefined
  watch.service = { desired, running, pending, taskDefinition, readAt }
  const named = service.deployments.find(each => each.taskDefinition === own?.taskDefinition)
  if (named) watch.deploymentId = named.id
}

/** The revisions whose service deployments are looked for: the deployment's own, and after a late crash the previous one. */
export function revisionsOf({ state }: Deployment): { own?: EcsDeployment; redeploying?: EcsDeployment } {
  if (state.is === 'preparing')
    return state.taskDefinition === undefined ? {} : { own: { taskDefinition: state.taskDefinition } }
  if (!('ecs' in state) || state.ecs === undefined) return {}
  const { ecs: own } = state
  return state.is === 'rolling_back' && state.redeploying !== undefined
    ? { own, redeploying: state.redeploying }
    : { own }
}

/** The running tasks of the deployment's own revision. */
export function ownTasks(watch: Watch, deployment: Deployment): readonly SeenTask[] {
  const { own } = revisionsOf(deployment)
  return (watch.tasks ?? []).filter(({ taskDefinition }) => taskDefinition === own?.taskDefinition)
}

/** Changes whenever the tasks of the new revision do. */
export function countsOf(ours: SeenServiceDeployment | undefined): string {
  return ours === undefined ? '' : `${ours.target.running}/${ours.target.requested} ${ours.status}`
}

/** Changes whenever ECS has counted another failure, or turns back. */
export function failuresOf(ours: SeenServiceDeployment | undefined): string {
  return `${ours?.circuitBreaker?.failureCount ?? 0}${isTurning(ours) ? ' turning back' : ''}`
}

/** Whether ECS goes back, or stops. */
export function isTurning(ours: SeenServiceDeployment | undefined): boolean {
  return ours?.status.startsWith('ROLLBACK') === true || isStopping(ours)
}

export function isStopping(ours: SeenServiceDeployment | undefined): boolean {
  return ours?.status === 'STOP_REQUESTED' || ours?.status === 'STOPPED'
}
