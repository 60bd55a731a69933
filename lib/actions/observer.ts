import type { Deployment } from '../deployment/deployment.ts'
import type { Observation, SeenService, SeenServiceDeployment, SeenTarget, SeenTask, StoppedTask } from '../deployment/observation.ts'
import type { EcsDeployment, Instant } from '../deployment/state.ts'
import { type TaskDefinition, logOf } from '../deployment/task-definition.ts'
import type { Clock } from '../names/clock.ts'
import { batches } from './batches.ts'
import type { Ecs, Service, ServiceDeployment, Targets, Task } from './ports.ts'
import { Trouble, isPassing } from './trouble.ts'

/** Items per call, as ECS allows. */
const perCall = { services: 10, serviceDeployments: 20, serviceRevisions: 20, tasks: 100 }

/** The hint in DescribeServices is tried this often before a service's deployments are listed one by one. */
const looksBeforeListing = 2

/** How old an answer may be that is not needed to the second, in milliseconds. */
const freshness = { services: 15_000, tasks: 5_000, targets: 4_000, stoppedWhileWatching: 2_500, stoppedWhileStarting: 10_000 }

const stoppedTasksRead = 20

/** Between two looks, in milliseconds: shorter when the end may come at any moment. */
const pauses = { far: 1_500, near: 1_000, longest: 30_000 }

/**
 * One observer for all deployments that a command follows. Every look asks ECS for the service deployments of all of them at once;
 * whatever else is asked for is batched too, and paid out of an allowance of one read call a second, unless something failed.
 */
export type Observer = {
  /** What AWS says of these deployments now. Reads that fail in passing leave the last known answer; lost access throws `Trouble`. */
  look(deployments: readonly Deployment[]): Promise<ReadonlyMap<string, Observation>>
  /** How long to wait before the next look is worth its calls, in milliseconds. */
  pause(): number
  /** Why the last look was slowed down by AWS, if it was. */
  slowedBy(): string | undefined
}

type Watch = {
  service?: SeenService
  successor?: Observation['successor']
  ours?: SeenServiceDeployment
  oursArn?: string
  redeployment?: SeenServiceDeployment
  redeploymentArn?: string
  redeploymentOf?: string
  targetGroups: readonly string[]
  hint?: string
  looksWithout: number
  tasks: readonly SeenTask[]
  tasksAt: Instant
  tasksFor: string
  targets: readonly SeenTarget[]
  targetsAt: Instant
  since: Map<string, Instant>
  stopped: Map<string, StoppedTask>
  stoppedAt: Instant
  stoppedFor: string
  definition?: TaskDefinition
}

export function createObserver({ ecs, targets, clock }: { ecs: Ecs; targets: Targets; clock: Clock }): Observer {
  const watches = new Map<string, Watch>()
  const revisions = new Map<string, string>()
  const begun = clock.now()
  let reads = 0
  let backOff = 1
  let slowedBy: string | undefined
  let isNear = false

  async function look(deployments: readonly Deployment[]): Promise<ReadonlyMap<string, Observation>> {
    slowedBy = undefined
    await locate(deployments)
    await readServiceDeployments(deployments)
    await readServices(deployments)
    await readTasks(deployments)
    await readTargets(deployments)
    await readStopped(deployments)
    backOff = slowedBy === undefined ? Math.max(1, backOff / 2) : Math.min(backOff * 2, pauses.longest / pauses.near)
    isNear = deployments.some(deployment => mayEndSoon(watchOf(deployment)))
    return new Map(deployments.map(deployment => [deployment.id, observationOf(watchOf(deployment))]))
  }

  /** Finds the service deployment of our own revision. The service's hint is only where to look first: it can be blank or outdated. */
  async function locate(deployments: readonly Deployment[]): Promise<void> {
    const lost = deployments.filter(deployment => isLost(deployment, watchOf(deployment)))
    if (lost.length === 0) return
    await askServices(lost)
    const hints = lost.flatMap(deployment => watchOf(deployment).hint ?? [])
    await identify(lost, await askServiceDeployments(hints))
    for (const deployment of lost.filter(each => isLost(each, watchOf(each)))) {
      const watch = watchOf(deployment)
      watch.looksWithout += 1
      if (watch.looksWithout < looksBeforeListing) continue
      const briefs = await attempt(1, () => ecs.listServiceDeployments(deployment.cluster, deployment.service, deployment.createdAt - clockSkewAllowed))
      await identify([deployment], await askServiceDeployments((briefs ?? []).map(({ arn }) => arn)))
    }
  }

  async function identify(lost: readonly Deployment[], found: readonly ServiceDeployment[]): Promise<void> {
    const unknown = found.flatMap(({ targetRevision }) => (targetRevision !== undefined && !revisions.has(targetRevision) ? [targetRevision] : []))
    for (const batch of batches([...new Set(unknown)], perCall.serviceRevisions)) {
      const answers = (await attempt(1, () => ecs.serviceRevisions(batch))) ?? []
      for (const { arn, taskDefinition } of answers) revisions.set(arn, taskDefinition)
    }
    for (const deployment of lost) {
      const watch = watchOf(deployment)
      const { own, redeploying } = wanted(deployment)
      const goesTo = (each: ServiceDeployment, taskDefinition: string | undefined): boolean =>
        taskDefinition !== undefined && each.targetRevision !== undefined && revisions.get(each.targetRevision) === taskDefinition
      const ours = found.find(each => goesTo(each, own))
      if (ours) remember(watch, 'ours', ours)
      const fence = watch.ours?.createdAt ?? Infinity
      const back = redeploying && found.find(each => each.createdAt > fence && goesTo(each, redeploying.taskDefinition))
      if (back) remember(watch, 'redeployment', back)
      const newer = found.filter(each => each.createdAt > fence && each.arn !== watch.redeploymentArn).toSorted((a, b) => b.createdAt - a.createdAt)[0]
      if (newer && !goesTo(newer, own)) watch.successor = successorOf(newer)
    }
  }

  async function readServiceDeployments(deployments: readonly Deployment[]): Promise<void> {
    const arns = deployments.flatMap(deployment => {
      const { ours, oursArn, redeploymentArn } = watchOf(deployment)
      if (redeploymentArn !== undefined) return [redeploymentArn]
      return oursArn !== undefined && (ours === undefined || ours.readAt < clock.now()) && !hasEnded(ours) ? [oursArn] : []
    })
    const answers = new Map((await askServiceDeployments(arns)).map(each => [each.arn, each]))
    for (const deployment of deployments) {
      const watch = watchOf(deployment)
      const ours = watch.oursArn === undefined ? undefined : answers.get(watch.oursArn)
      const back = watch.redeploymentArn === undefined ? undefined : answers.get(watch.redeploymentArn)
      if (ours) remember(watch, 'ours', ours)
      if (back) remember(watch, 'redeployment', back)
    }
  }

  /** Who took over, and what runs at the end: asked at once when that decides the outcome, else now and then. */
  async function readServices(deployments: readonly Deployment[]): Promise<void> {
    const due = deployments.filter(deployment => {
      const watch = watchOf(deployment)
      if (needsVerdictOnService(deployment, watch)) return true
      return isStale(watch.service?.readAt, freshness.services) && mayRead(1)
    })
    await askServices(due)
    const stoppedByOthers = due.filter(deployment => {
      const watch = watchOf(deployment)
      return isStopping(watch.ours) && watch.successor === undefined
    })
    for (const deployment of stoppedByOthers) {
      const since = watchOf(deployment).ours?.createdAt ?? deployment.createdAt
      const briefs = (await attempt(1, () => ecs.listServiceDeployments(deployment.cluster, deployment.service, since))) ?? []
      await identify([deployment], await askServiceDeployments(briefs.filter(brief => brief.createdAt > since).map(({ arn }) => arn)))
    }
  }

  async function readTasks(deployments: readonly Deployment[]): Promise<void> {
    const due = deployments.filter(deployment => {
      const watch = watchOf(deployment)
      if (needsProofOfRollback(deployment, watch)) return true
      const wantsHealth = deployment.health.loadBalanced || deployment.health.containerHealthCheck
      if (!wantsHealth || !isOnItsWay(deployment)) return false
      const isChanged = watch.tasksFor !== countsOf(watch.ours)
      return (isChanged || (deployment.health.containerHealthCheck && isStale(watch.tasksAt, freshness.tasks))) && (watch.ours?.target.running ?? 0) > 0 && mayRead(2)
    })
    for (const cluster of new Set(due.map(deployment => deployment.cluster))) {
      const arns = await attempt(1, () => ecs.taskArns({ cluster, desiredStatus: 'RUNNING', limit: 1000 }), 'optional')
      const tasks: Task[] = []
      for (const batch of batches(arns ?? [], perCall.tasks)) tasks.push(...((await attempt(1, () => ecs.tasks(cluster, batch), 'optional')) ?? []))
      if (arns === undefined) continue
      for (const deployment of deployments.filter(each => each.cluster === cluster)) {
        const watch = watchOf(deployment)
        watch.tasks = tasks.filter(({ group }) => group === `service:${deployment.service}`).map(seenTask)
        watch.tasksAt = clock.now()
        watch.tasksFor = countsOf(watch.ours)
      }
    }
  }

  /** Target health is only asked for while it can still change where the deployment stands. */
  async function readTargets(deployments: readonly Deployment[]): Promise<void> {
    for (const deployment of deployments) {
      const watch = watchOf(deployment)
      if (!deployment.health.loadBalanced || !isOnItsWay(deployment) || !ownTasks(watch, deployment).some(({ ip }) => ip !== undefined)) continue
      const isSettled = watch.targets.length >= (watch.ours?.target.requested ?? 1) && watch.targets.every(({ state }) => state === 'healthy')
      if (isSettled || !isStale(watch.targetsAt, freshness.targets)) continue
      if (!mayRead(1) && watch.ours?.status !== 'SUCCESSFUL') continue
      if (watch.targetGroups.length === 0) await askServices([deployment])
      await askTargets(deployment, watch)
    }
  }

  async function askTargets(deployment: Deployment, watch: Watch): Promise<void> {
    const own = new Set(ownTasks(watch, deployment).flatMap(({ ip }) => ip ?? []))
    const seen: SeenTarget[] = []
    for (const targetGroup of watch.targetGroups) {
      const answers = await attempt(1, () => targets.health(targetGroup), 'optional')
      if (answers === undefined) return
      for (const target of answers.filter(({ id }) => own.has(id))) {
        const since = watch.since.get(target.id) ?? clock.now()
        watch.since.set(target.id, since)
        seen.push({ ...target, since })
      }
    }
    watch.targets = seen
    watch.targetsAt = clock.now()
  }

  /** Why tasks stop: asked when something failed, and of a process without any health check while it is watched. */
  async function readStopped(deployments: readonly Deployment[]): Promise<void> {
    for (const deployment of deployments) {
      const watch = watchOf(deployment)
      if (!wantsStopped(deployment, watch)) continue
      const { cluster, service } = deployment
      const arns = await attempt(1, () => ecs.taskArns({ cluster, service, desiredStatus: 'STOPPED', limit: stoppedTasksRead * 5 }), 'optional')
      if (arns === undefined) continue
      watch.stoppedAt = clock.now()
      watch.stoppedFor = failuresOf(watch.ours)
      const isNews = (arn: string): boolean => !isTerminalTask(watch.stopped.get(idOf(arn)))
      const news = arns.filter(isNews)
      if (news.length === 0) continue
      const own = wanted(deployment).own
      for (const batch of batches(news, perCall.tasks)) {
        const tasks = (await attempt(1, () => ecs.tasks(cluster, batch), 'optional')) ?? []
        const mine = tasks.filter(({ taskDefinition }) => taskDefinition === own)
        if (mine.length > 0) watch.definition ??= await attempt(1, () => definitionOf(own), 'optional')
        for (const task of mine) watch.stopped.set(task.id, stoppedTask(task, watch.definition))
      }
    }
  }

  async function definitionOf(arn: string | undefined): Promise<TaskDefinition | undefined> {
    return arn === undefined ? undefined : ecs.taskDefinition(arn)
  }

  function wantsStopped(deployment: Deployment, watch: Watch): boolean {
    const { ours } = watch
    if (ours === undefined) return false
    if (watch.stoppedFor !== failuresOf(ours)) return true
    switch (deployment.state.is) {
      case 'watching':
        return isStale(watch.stoppedAt, freshness.stoppedWhileWatching) || clock.now() >= deployment.state.until
      case 'starting':
      case 'checking':
      case 'shifting':
      case 'draining':
        if (ours.status === 'SUCCESSFUL') return deployment.health.stayRunning > 0
        return ours.target.running < ours.target.requested && isStale(watch.stoppedAt, freshness.stoppedWhileStarting) && mayRead(1)
      case 'rolling_back':
        return watch.stopped.size === 0 && isStale(watch.stoppedAt, freshness.stoppedWhileWatching)
      default:
        return false
    }
  }

  async function askServices(deployments: readonly Deployment[]): Promise<void> {
    for (const cluster of new Set(deployments.map(deployment => deployment.cluster))) {
      const members = deployments.filter(deployment => deployment.cluster === cluster)
      for (const batch of batches(members, perCall.services)) {
        const answers = (await attempt(1, () => ecs.services(cluster, batch.map(({ service }) => service)))) ?? []
        const readAt = clock.now()
        for (const deployment of batch) {
          const service = answers.find(({ name }) => name === deployment.service)
          if (service) rememberService(watchOf(deployment), service, readAt)
        }
      }
    }
  }

  async function askServiceDeployments(arns: readonly string[]): Promise<readonly ServiceDeployment[]> {
    const answers: ServiceDeployment[] = []
    for (const batch of batches([...new Set(arns)], perCall.serviceDeployments)) {
      answers.push(...((await attempt(1, () => ecs.serviceDeployments(batch))) ?? []))
    }
    return answers
  }

  function remember(watch: Watch, as: 'ours' | 'redeployment', { service: _service, targetRevision: _revision, ...seen }: ServiceDeployment): void {
    watch[as] = { ...seen, readAt: clock.now() }
    watch[`${as}Arn`] = seen.arn
  }

  /** Makes a read call; one that fails in passing answers nothing, and slows the observer down. */
  async function attempt<Answer>(cost: number, read: () => Promise<Answer>, importance: 'essential' | 'optional' = 'essential'): Promise<Answer | undefined> {
    reads += cost
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof Trouble)) throw error
      if (isPassing(error)) slowedBy = error.message
      else if (importance === 'essential') throw error
      return undefined
    }
  }

  function mayRead(cost: number): boolean {
    return reads + cost <= (clock.now() - begun) / 1000 + firstReads
  }

  function isStale(readAt: Instant | undefined, after: number): boolean {
    return readAt === undefined || clock.now() - readAt >= after
  }

  function watchOf(deployment: Deployment): Watch {
    const known = watches.get(deployment.id)
    const { own, redeploying } = wanted(deployment)
    if (known !== undefined) {
      if (redeploying !== undefined && known.redeploymentOf !== redeploying.taskDefinition) {
        known.redeploymentOf = redeploying.taskDefinition
        known.looksWithout = 0
      }
      return known
    }
    const ecsDeployment = ecsOf(deployment)
    const watch: Watch = {
      targetGroups: [],
      looksWithout: 0,
      tasks: [],
      tasksAt: -Infinity,
      tasksFor: '',
      targets: [],
      targetsAt: -Infinity,
      since: new Map(),
      stopped: new Map(),
      stoppedAt: clock.now(),
      stoppedFor: '0',
      ...(own !== undefined && ecsDeployment?.serviceDeployment !== undefined && { oursArn: ecsDeployment.serviceDeployment }),
      ...(redeploying?.serviceDeployment !== undefined && { redeploymentArn: redeploying.serviceDeployment }),
    }
    watches.set(deployment.id, watch)
    return watch
  }

  function observationOf({ ours, redeployment, successor, service, tasks, targets: health, stopped }: Watch): Observation {
    return {
      at: clock.now(),
      ...(ours && { ours }),
      ...(redeployment && { redeployment }),
      ...(successor && { successor }),
      ...(service && { service }),
      tasks,
      targets: health,
      stopped: [...stopped.values()].toSorted((a, b) => (a.stoppedAt ?? 0) - (b.stoppedAt ?? 0)),
    }
  }

  return {
    look,
    pause: () => Math.min(pauses.longest, (isNear ? pauses.near : pauses.far) * backOff),
    slowedBy: () => slowedBy,
  }
}

/** AWS's clock may differ from ours by this much when a list is cut by time, in milliseconds. */
const clockSkewAllowed = 10 * 60_000

/** The first looks find the deployments; they may cost more than a call a second. */
const firstReads = 4

function isLost({ state }: Deployment, watch: Watch): boolean {
  if (state.is === 'rolling_back' && state.redeploying !== undefined) return watch.redeploymentArn === undefined || watch.ours === undefined
  return watch.oursArn === undefined
}

/** The revisions whose service deployments are looked for. */
function wanted({ state }: Deployment): { own?: string; redeploying?: EcsDeployment } {
  if (state.is === 'preparing') return state.taskDefinition === undefined ? {} : { own: state.taskDefinition }
  if (!('ecs' in state) || state.ecs === undefined) return {}
  const own = state.ecs.taskDefinition
  return state.is === 'rolling_back' && state.redeploying !== undefined ? { own, redeploying: state.redeploying } : { own }
}

function ecsOf({ state }: Deployment): EcsDeployment | undefined {
  return 'ecs' in state ? state.ecs : undefined
}

function isOnItsWay({ state }: Deployment): boolean {
  return state.is === 'starting' || state.is === 'checking' || state.is === 'shifting' || state.is === 'draining'
}

function isStopping(ours: SeenServiceDeployment | undefined): boolean {
  return ours?.status === 'STOP_REQUESTED' || ours?.status === 'STOPPED'
}

function hasEnded(seen: SeenServiceDeployment | undefined): boolean {
  return seen !== undefined && ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'].includes(seen.status)
}

function needsVerdictOnService(deployment: Deployment, watch: Watch): boolean {
  if (isStopping(watch.ours)) return watch.successor === undefined
  return needsProofOfRollback(deployment, watch)
}

/** ECS says that it is back: now the service and its tasks have to show it. */
function needsProofOfRollback({ state }: Deployment, { ours, redeployment }: Watch): boolean {
  if (state.is === 'live' || state.is === 'rolled_back') return false
  return redeployment === undefined ? ours?.status === 'ROLLBACK_SUCCESSFUL' : redeployment.status === 'SUCCESSFUL'
}

function mayEndSoon({ ours, redeployment }: Watch): boolean {
  if (redeployment !== undefined || ours === undefined) return true
  return ours.status !== 'IN_PROGRESS' || ours.target.running >= ours.target.requested
}

function countsOf(seen: SeenServiceDeployment | undefined): string {
  return seen === undefined ? '' : `${seen.target.running}/${seen.target.requested} ${seen.status}`
}

/** Changes whenever ECS has counted another failure, or turns back. */
function failuresOf(seen: SeenServiceDeployment | undefined): string {
  const isTurning = seen !== undefined && (seen.status.startsWith('ROLLBACK') || isStopping(seen))
  return `${seen?.circuitBreaker?.failureCount ?? 0}${isTurning ? ' turning back' : ''}`
}

function ownTasks(watch: Watch, deployment: Deployment): readonly SeenTask[] {
  const { own } = wanted(deployment)
  return watch.tasks.filter(({ taskDefinition }) => taskDefinition === own)
}

function successorOf({ arn, createdAt }: ServiceDeployment): NonNullable<Observation['successor']> {
  return { serviceDeployment: arn, createdAt }
}

function rememberService(watch: Watch, service: Service, readAt: Instant): void {
  watch.targetGroups = service.loadBalancers.map(({ targetGroup }) => targetGroup)
  if (service.currentServiceDeployment !== undefined) watch.hint = service.currentServiceDeployment
  watch.service = {
    desired: service.desired,
    running: service.running,
    pending: service.pending,
    taskDefinition: service.taskDefinition,
    readAt,
  }
}

function seenTask({ id, taskDefinition, lastStatus, healthStatus, startedAt, ip, containers }: Task): SeenTask {
  return {
    id,
    taskDefinition,
    lastStatus,
    imageDigests: containers.flatMap(({ imageDigest }) => imageDigest ?? []),
    ...(healthStatus !== undefined && { healthStatus }),
    ...(startedAt !== undefined && { startedAt }),
    ...(ip !== undefined && { ip }),
  }
}

/** A stopped task as evidence; which containers are essential, and where they log, is in the task definition. */
function stoppedTask({ id, stopCode, stoppedReason, startedAt, stoppedAt, lastStatus: _status, containers }: Task, definition: TaskDefinition | undefined): StoppedTask {
  return {
    id,
    ...(stopCode !== undefined && { stopCode }),
    ...(stoppedReason !== undefined && { stoppedReason }),
    ...(startedAt !== undefined && { startedAt }),
    ...(stoppedAt !== undefined && { stoppedAt }),
    containers: containers.map(({ name, exitCode, reason }) => {
      const defined = definition?.containers.find(container => container.name === name)
      const log = defined && logOf(defined, id)
      return {
        name,
        essential: defined?.essential ?? true,
        ...(exitCode !== undefined && { exitCode }),
        ...(reason !== undefined && { reason }),
        ...(log && { log }),
      }
    }),
  }
}

/** Its reason and exit codes can still arrive while it is stopping. */
function isTerminalTask(task: StoppedTask | undefined): boolean {
  return task?.stopCode !== undefined && task.stoppedReason !== undefined
}

function idOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
