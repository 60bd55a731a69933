import type { CountChange, HealthRules, Previous } from '../../deployment/deployment.ts'
import { diffDefinitions } from '../../deployment/diff-definitions.ts'
import type { Instant } from '../../deployment/state.ts'
import { type TaskDefinition, revisionName } from '../../deployment/task-definition.ts'
import { releaseFamily, tagKeys } from '../../names/aws.ts'
import type { FoundImage, UnbuiltImage } from '../images/find-images.ts'
import type { Gathered, GatheredProcess } from './gather.ts'
import { digestOf } from '../services/image-of-process.ts'
import { isLoadBalanced, kindOfService } from '../services/kind-of-service.ts'
import type { Plan, PlannedProcess, ProcessPlan, RefusedProcess } from './plan.ts'
import type { DeployRequest } from './request.ts'
import { strategyOfPlan } from './strategy-of-plan.ts'
import { inProgress } from './in-progress.ts'
import { unfitImage } from './unfit-image.ts'
import { unfitService } from './unfit-service.ts'
import { unfitStrategy } from './unfit-strategy.ts'
import { urlOf } from '../services/url-of.ts'

/** Where a process without any health check is watched for this long, unless its service says otherwise. */
const defaultStayRunningSeconds = 15

/** What a deploy would do to each process, and what stands in its way. Pure: it changes nothing and asks nobody. */
export function makePlan(gathered: Gathered, request: DeployRequest, now: Instant): Plan {
  return {
    app: gathered.cluster.name,
    cluster: gathered.cluster.name,
    environment: gathered.environment,
    processes: gathered.processes.map(each => planProcess(each, gathered, request, now)),
    ...(gathered.cannotFollow !== undefined && { cannotFollow: gathered.cannotFollow.message }),
  }
}

function planProcess(
  each: GatheredProcess,
  gathered: Gathered,
  request: DeployRequest,
  now: Instant,
): ProcessPlan {
  return (
    unfitService(each) ??
    unfitImage(each, gathered, request) ??
    unfitStrategy(each, request) ??
    (request.supersede === undefined ? inProgress(each, gathered, now) : undefined) ??
    planned(each, gathered, request)
  )
}

function countTag(count: string | undefined): Pick<PlannedProcess, 'configuredCount'> {
  return count === undefined ? {} : { configuredCount: Number(count) }
}

function planned(
  each: GatheredProcess,
  gathered: Gathered,
  request: DeployRequest,
): PlannedProcess | RefusedProcess {
  const { process, service, base, current } = each
  const { image } = each
  if (!('dockerTag' in image)) throw new Error(`there is no image of ${process} to plan with`)
  const digest = 'digest' in image ? image.digest : undefined
  if (base === undefined)
    return {
      is: 'refused',
      process,
      code: 'no_task_definition',
      reason: 'its task definition cannot be read.',
    }
  const health = healthRules(each, base)
  const previous = previousOf(each, image.container)
  const next = withImage(base, image)
  const { [tagKeys.count]: configuredCount } = service.tags
  const version = request.pinned?.get(process)
  const isRestored = version?.taskDefinition !== undefined
  // How many tasks there are is not part of a version.
  const count = isRestored ? startedAgain(each) : (countChange(each) ?? startedAgain(each))
  const url = urlOf({ service, kind: kindOfService(each), address: each.address })
  return {
    is: 'planned',
    process,
    kind: kindOfService(each),
    service: service.name,
    ...strategyOfPlan(each, {
      hasHealthCheck: isLoadBalanced(service) || health.containerHealthCheck,
      overrides: request.strategy?.overrides,
    }),
    family: each.template === undefined ? base.family : releaseFamily(gathered.cluster.name, process),
    ...(version?.restores !== undefined && { restores: version.restores }),
    from: base,
    madeFrom: (isRestored ? base.tags[tagKeys.template] : undefined) ?? revisionName(base.arn),
    container: image.container,
    repository: image.repository,
    dockerTag: image.dockerTag,
    ...(digest !== undefined && { imageDigest: digest }),
    ...('pushedAt' in image && image.pushedAt !== undefined && { pushedAt: image.pushedAt }),
    ...(previous && { previous }),
    health,
    desired: count?.after ?? service.desired,
    ...countTag(isRestored ? base.tags[tagKeys.count] : configuredCount),
    ...(count && { count }),
    ...(each.stop && { stop: each.stop }),
    ...(url !== undefined && { url }),
    isSameImage: digest !== undefined && previous?.imageDigest === digest,
    // Against a placeholder everything differs, and nothing of it is news.
    changes: current === undefined || each.isPlaceholder ? [] : diffDefinitions(current.definition, next),
  }
}

/** What can be read here is waited for; what ECS alone sees (a Classic Load Balancer) is left to its judgement. */
function healthRules({ service, targetGroups }: GatheredProcess, base: TaskDefinition): HealthRules {
  const { [tagKeys.readinessTimeout]: readiness, [tagKeys.stayRunning]: stayRunning } = service.tags
  const checked = base.containers.filter(({ essential, hasHealthCheck }) => essential && hasHealthCheck)
  const hasTargets = service.loadBalancers.length > 0
  const hasContainerCheck = checked.length > 0
  const slowest = Math.max(
    0,
    ...targetGroups.map(
      ({ intervalSeconds, unhealthyThreshold }) => intervalSeconds * unhealthyThreshold * 1000,
    ),
    ...checked.map(({ healthCheckLimit = 0 }) => healthCheckLimit),
  )
  return {
    loadBalanced: hasTargets,
    containerHealthCheck: hasContainerCheck,
    ...(readiness !== undefined &&
      (hasTargets || hasContainerCheck) && {
        readinessLimit: Math.max(Number(readiness), service.gracePeriodSeconds * 1000 + slowest),
      }),
    stayRunning:
      isLoadBalanced(service) || hasContainerCheck
        ? 0
        : Number(stayRunning ?? defaultStayRunningSeconds) * 1000,
  }
}

/**
 * The count of the infrastructure goes live like the rest of it: with the deploy after its change. What people or auto scaling have made
 * of it since then stays.
 */
function countChange({ service, current }: GatheredProcess): CountChange | undefined {
  const configured = service.tags[tagKeys.count]
  if (configured === undefined || configured === current?.tags[tagKeys.count]) return undefined
  return { before: service.desired, after: Number(configured) }
}

/** A process that is stopped gets as many tasks again as it had. */
function startedAgain({ service, stop }: GatheredProcess): CountChange | undefined {
  if (stop === undefined || service.desired > 0) return undefined
  return { before: service.desired, after: stop.count }
}

/** What ECS would go back to: the most recent revision whose deployment completed. */
function previousOf(each: GatheredProcess, container: string): Previous | undefined {
  const { service, current, lastCompleted, history, pointer, tasks } = each
  const taskDefinition =
    history === undefined || isSettledBeyondHistory(each) ? service.taskDefinition : lastCompleted
  if (taskDefinition === undefined) return undefined
  const isCurrent = taskDefinition === current?.arn
  const known = pointer?.taskDefinition === taskDefinition ? pointer : undefined
  const id = known?.deploymentId ?? (isCurrent ? current.tags[tagKeys.deployment] : undefined)
  const dockerTag = known?.dockerTag ?? (isCurrent ? current.tags[tagKeys.dockerTag] : undefined)
  const image = isCurrent ? current.containers.find(({ name }) => name === container)?.image : undefined
  const runningDigest = tasks
    .filter(task => task.taskDefinition === taskDefinition && task.lastStatus === 'RUNNING')
    .flatMap(({ containers }) => containers.find(({ name }) => name === container)?.imageDigest ?? [])[0]
  const running = runningDigest === undefined ? {} : { runningDigest }
  if (isCurrent && each.isPlaceholder) return { taskDefinition, isPlaceholder: true, ...running }
  const imageDigest =
    known?.imageDigest ?? (image === undefined ? undefined : digestOf(image)) ?? runningDigest
  return {
    taskDefinition,
    ...(id !== undefined && { id }),
    ...(dockerTag !== undefined && { dockerTag }),
    ...(imageDigest !== undefined && { imageDigest }),
    ...running,
  }
}

/**
 * Whether the only deployment is one that completed although ECS no longer shows how: its history goes back 90 days, and behind a
 * Classic Load Balancer there is no rollout state. After any end but a rollback, what runs may be what failed.
 */
function isSettledBeyondHistory({ service, history = [], lastCompleted }: GatheredProcess): boolean {
  const [primary, second] = service.deployments
  const [newest] = history
  return (
    lastCompleted === undefined &&
    primary !== undefined &&
    second === undefined &&
    primary.rolloutState !== 'FAILED' &&
    primary.running >= service.desired &&
    (newest === undefined || newest.status === 'ROLLBACK_SUCCESSFUL')
  )
}

function withImage(
  { definition }: TaskDefinition,
  image: FoundImage | UnbuiltImage,
): Readonly<Record<string, unknown>> {
  const { container, repository } = image
  const reference = 'digest' in image ? `${repository}@${image.digest}` : `${repository}:${image.dockerTag}`
  const containers = Array.isArray(definition['containerDefinitions'])
    ? definition['containerDefinitions']
    : []
  return {
    ...definition,
    containerDefinitions: containers.map((each: { name?: string }) =>
      each.name === container ? { ...each, image: reference } : each,
    ),
  }
}
