import { recordPull } from '../../ecr/record-pull.ts'
import { registerTarget } from '../../elbv2/register-target.ts'
import { healthChanges } from '../../elbv2/target-health.ts'
import type { World } from '../../world.ts'
import { schedule } from '../schedule.ts'
import { noteFailure } from '../service/note-failure.ts'
import { say } from '../say.ts'
import type { TaskDefinitionRecord, TaskRecord, TaskStep } from '../state.ts'
import { notice } from '../wake-service.ts'
import { containerHealthChanges } from './container-health-changes.ts'
import { containerImage } from './container-image.ts'
import { logLines } from './container-log.ts'
import { prospects } from './prospects.ts'
import { initializationFailure, pullFailure } from './start-failure.ts'
import { drainTargets, endContainers, tidyingUpShare } from './stop-task.ts'

export type TaskStepOptions = { readonly task: TaskRecord; readonly step: TaskStep; readonly at: number }

/**
 * One step in the life of a task.
 *
 *     PROVISIONING ── PENDING ── ACTIVATING ── RUNNING ── DEACTIVATING ── STOPPING ── DEPROVISIONING ── STOPPED
 *                     secrets    pull done     targets    targets drain   SIGTERM     all exited
 */
export function playTaskStep(world: World, { task, step, at }: TaskStepOptions): void {
  const taskDefinition = world.state.ecs.taskDefinitions[task.taskDefinition]
  if (taskDefinition === undefined) throw new Error(`task ${task.arn} has no task definition`)
  const options = { task, taskDefinition, at }
  const isWanted = task.desiredStatus === 'RUNNING'
  switch (step) {
    case 'pending':
      return isWanted ? initialize(world, options) : undefined
    case 'pulled':
      return isWanted ? activate(world, options) : undefined
    case 'running':
      return isWanted ? run(world, options) : undefined
    case 'heartbeat':
      return isWanted ? beat(world, options) : undefined
    case 'exit':
      return task.executionStoppedAt === undefined ? exit(world, options) : undefined
    case 'stopping':
      return beginStop(world, options)
    case 'ended':
      return task.executionStoppedAt === undefined
        ? endContainers(world, { task, at, exitCode: 0 })
        : undefined
    case 'stopped':
      return stopped(world, options)
    case 'forgotten':
      delete world.state.ecs.tasks[task.arn]
  }
}

type StepOptions = {
  readonly task: TaskRecord
  readonly taskDefinition: TaskDefinitionRecord
  readonly at: number
}

function initialize(world: World, { task, taskDefinition, at }: StepOptions): void {
  task.lastStatus = 'PENDING'
  task.connectedAt = at
  const failure = initializationFailure(world, { task, taskDefinition, at })
  if (failure !== undefined) return failToStart(world, { task, at, reason: failure })
  task.pullStartedAt = at
  schedule(world, at + world.timings.pull, { kind: 'task', taskArn: task.arn, step: 'pulled' })
}

function activate(world: World, { task, taskDefinition, at }: StepOptions): void {
  task.pullStoppedAt = at
  for (const container of task.containers) {
    const reason = pullFailure(world, { task, taskDefinition, container, at })
    if (reason !== undefined) return failToStart(world, { task, at, reason, container: container.name })
  }
  task.lastStatus = 'ACTIVATING'
  task.containers = task.containers.map(container => {
    const image = containerImage(world, { task, container })
    for (const pulled of image?.images ?? []) recordPull(pulled, at)
    return { ...container, imageDigest: image?.digest }
  })
  resolveImages(world, task)
  const delay = world.timings.start + prospects(world, { task, taskDefinition }).slowStart
  schedule(world, at + delay, { kind: 'task', taskArn: task.arn, step: 'running' })
}

/** A service revision shows the digests that its first task resolved. */
function resolveImages(world: World, { revisionArn = '', containers }: TaskRecord): void {
  const revision = world.state.ecs.serviceRevisions[revisionArn]
  if (revision === undefined || revision.containerImages.some(({ imageDigest }) => imageDigest !== undefined))
    return
  revision.containerImages = containers.map(({ name, image, imageDigest }) => ({
    containerName: name,
    image,
    imageDigest,
  }))
}

function run(world: World, { task, taskDefinition, at }: StepOptions): void {
  task.lastStatus = 'RUNNING'
  task.startedAt = at
  task.containers = task.containers.map(container => ({ ...container, lastStatus: 'RUNNING' }))
  const { lines, answersFrom, failure, exit } = prospects(world, { task, taskDefinition })
  for (const { container, lines: its } of lines) logLines(world, { task, container, at, lines: its })
  if (exit !== undefined) {
    const { container, exitCode, reason } = exit
    task.exit = { container, exitCode, reason }
    schedule(world, at + exit.after, { kind: 'task', taskArn: task.arn, step: 'exit' })
  } else {
    schedule(world, at + heartbeatDelay(world, task), { kind: 'task', taskArn: task.arn, step: 'heartbeat' })
  }
  const changes = containerHealthChanges(world, { task, taskDefinition, startedAt: at })
  task.containerHealth = changes
  const { serviceArn } = task
  if (serviceArn === undefined) return
  const moments = [at, changes?.healthyAt, changes?.unhealthyAt]
  for (const { targetGroupArn, containerName, port } of task.targets) {
    const target = registerTarget(world, {
      targetGroupArn,
      id: task.network.ip,
      port,
      at,
      answersFrom: answersFrom[containerName],
      failure,
    })
    if (target === undefined) continue
    const service = world.state.ecs.services[serviceArn]
    if (service !== undefined)
      say(world, { service, at, text: `registered 1 targets in (target-group ${targetGroupArn})` })
    const { healthyAt, unhealthyAt } = healthChanges(target)
    moments.push(healthyAt, unhealthyAt)
  }
  for (const moment of moments) if (moment !== undefined) notice(world, { serviceArn, at: moment })
}

function beat(world: World, { task, taskDefinition, at }: StepOptions): void {
  for (const container of taskDefinition.definition.containerDefinitions ?? []) {
    logLines(world, { task, container, at, lines: ['heartbeat'] })
  }
  task.heartbeats += 1
  schedule(world, at + heartbeatDelay(world, task), { kind: 'task', taskArn: task.arn, step: 'heartbeat' })
}

/** Rarer and rarer, up to once in an hour: a sandbox that slept for a week has little to catch up with. */
function heartbeatDelay({ timings }: World, { heartbeats }: TaskRecord): number {
  return Math.min(3_600_000, Math.max(1000, timings.schedulerRound * 10) * 2 ** Math.min(heartbeats, 20))
}

function failToStart(
  world: World,
  { task, at, reason, container }: { task: TaskRecord; at: number; reason: string; container?: string },
): void {
  task.desiredStatus = 'STOPPED'
  task.stopCode = 'TaskFailedToStart'
  task.stoppedReason = reason
  task.containers = task.containers.map(it => (it.name === container ? { ...it, reason } : it))
  endContainers(world, { task, at })
  noteFailure(world, { task, at })
}

function exit(world: World, { task, at }: StepOptions): void {
  const { container, exitCode, reason } = task.exit ?? {}
  task.containers = task.containers.map(it =>
    it.name === container ? { ...it, lastStatus: 'STOPPED', exitCode, reason } : it,
  )
  const wasWanted = task.desiredStatus === 'RUNNING'
  if (wasWanted) {
    task.desiredStatus = 'STOPPED'
    task.stopCode = 'EssentialContainerExited'
    task.stoppedReason = 'Essential container in task exited'
    drainTargets(world, { task, at })
  }
  // The other containers are told to stop, and end as well as SIGTERM lets them.
  endContainers(world, { task, at, exitCode: 0 })
  if (wasWanted) noteFailure(world, { task, at })
}

function beginStop(world: World, { task, at }: StepOptions): void {
  if (task.executionStoppedAt !== undefined) return
  task.lastStatus = 'STOPPING'
  task.stoppingAt = at
  const delay = world.timings.stop * (1 - tidyingUpShare)
  schedule(world, at + delay, { kind: 'task', taskArn: task.arn, step: 'ended' })
}

/** ECS returns stopped tasks "for at least one hour"; here it is exactly one. */
const rememberedFor = 3_600_000

function stopped(world: World, { task, at }: StepOptions): void {
  task.lastStatus = 'STOPPED'
  task.stoppedAt = at
  schedule(world, at + rememberedFor, { kind: 'task', taskArn: task.arn, step: 'forgotten' })
  if (task.serviceArn !== undefined) notice(world, { serviceArn: task.serviceArn, at })
}
