import { targetHealth } from '../../elbv2/target-health.ts'
import type { World } from '../../world.ts'
import type { TaskRecord } from '../state.ts'

export type TaskHealth =
  | { readonly kind: 'starting' }
  | { readonly kind: 'healthy' }
  | { readonly kind: 'failing-container' }
  | {
      readonly kind: 'failing-target'
      readonly targetGroupArn: string
      readonly port: number
      readonly reason: string
    }

export type TaskHealthOptions = { readonly task: TaskRecord; readonly at: number }

/** What ECS thinks of a task that is meant to run: its container health checks, and its targets'. */
export function taskHealth(world: World, { task, at }: TaskHealthOptions): TaskHealth {
  if (task.lastStatus !== 'RUNNING' || task.startedAt === undefined) return { kind: 'starting' }
  const { healthyAt = Infinity, unhealthyAt = Infinity } = task.containerHealth ?? {
    healthyAt: task.startedAt,
  }
  if (at >= unhealthyAt) return { kind: 'failing-container' }
  const targets = task.targets.map(({ targetGroupArn, port }) =>
    targetOf(world, { task, targetGroupArn, port, at }),
  )
  const failing = targets.find(({ state }) => state === 'unhealthy')
  if (failing !== undefined) return { kind: 'failing-target', ...failing }
  if (at < healthyAt || targets.some(({ state }) => state !== 'healthy')) return { kind: 'starting' }
  const isChecked = task.containerHealth !== undefined || targets.length > 0
  // Without any health check, RUNNING is all that ECS asks for, as far as its scheduler has looked.
  return isChecked || at >= task.startedAt + world.timings.schedulerRound
    ? { kind: 'healthy' }
    : { kind: 'starting' }
}

type TargetOptions = TaskHealthOptions & { readonly targetGroupArn: string; readonly port: number }

function targetOf({ state }: World, { task, targetGroupArn, port, at }: TargetOptions) {
  const group = state.elbv2.targetGroups[targetGroupArn]
  const target = group?.targets.find(
    it => it.id === task.network.ip && it.port === port && it.drainingSince === undefined,
  )
  if (group === undefined || target === undefined)
    return { state: 'unused', targetGroupArn, port, reason: '' }
  const { State = 'unused', Description = '' } = targetHealth({ state: state.elbv2, group, target, at })
  return { state: State, targetGroupArn, port, reason: Description }
}

export function isHealthy(world: World, at: number): (task: TaskRecord) => boolean {
  return task => taskHealth(world, { task, at }).kind === 'healthy'
}
