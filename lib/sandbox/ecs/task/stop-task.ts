import { deregisterTarget } from '../../elbv2/deregister-target.ts'
import type { ecs } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import { schedule } from '../schedule.ts'
import type { TaskRecord } from '../state.ts'

export type StopTaskOptions = {
  readonly task: TaskRecord
  readonly at: number
  readonly stopCode: ecs.TaskStopCode
  readonly reason: string
}

/** Asks a task to stop: its targets drain, then its containers get SIGTERM. A task that stops already just goes on. */
export function stopTask(world: World, { task, at, stopCode, reason }: StopTaskOptions): void {
  if (task.desiredStatus === 'STOPPED') return
  task.desiredStatus = 'STOPPED'
  task.stopCode = stopCode
  task.stoppedReason = reason
  if (task.lastStatus !== 'RUNNING') {
    endContainers(world, { task, at })
    return
  }
  task.lastStatus = 'DEACTIVATING'
  const drainedAt = drainTargets(world, { task, at })
  schedule(world, drainedAt, { kind: 'task', taskArn: task.arn, step: 'stopping' })
}

/** Takes the task out of its target groups; the answer is when the last of them let it go. */
export function drainTargets(
  world: World,
  { task, at }: { readonly task: TaskRecord; readonly at: number },
): number {
  const ends = task.targets.map(({ targetGroupArn, port }) =>
    deregisterTarget(world, { targetGroupArn, id: task.network.ip, port, at }),
  )
  return Math.max(at, ...ends)
}

/** All containers have stopped, or never started; what remains is Fargate's tidying up. */
export function endContainers(
  world: World,
  { task, at, exitCode }: { readonly task: TaskRecord; readonly at: number; readonly exitCode?: number },
): void {
  task.stoppingAt ??= at
  task.executionStoppedAt = at
  task.lastStatus = 'DEPROVISIONING'
  task.containers = task.containers.map(container => ({
    ...container,
    lastStatus: 'STOPPED',
    ...(container.exitCode === undefined && container.lastStatus === 'RUNNING' ? { exitCode } : {}),
  }))
  const tidyUp = world.timings.stop * tidyingUpShare
  schedule(world, at + tidyUp, { kind: 'task', taskArn: task.arn, step: 'stopped' })
}

/** Of the time from SIGTERM to STOPPED, how much is DEPROVISIONING. */
export const tidyingUpShare = 0.25
