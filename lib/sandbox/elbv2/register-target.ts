import type { World } from '../world.ts'
import type { TargetRecord } from './state.ts'

export type RegisterTargetOptions = {
  readonly targetGroupArn: string
  readonly id: string
  readonly port: number
  readonly at: number
  /** From when on it passes its health checks. @default - never */
  readonly answersFrom?: number
  readonly failure: TargetRecord['failure']
}

/** Puts a target into its group; undefined when there is no such group (any more). */
export function registerTarget(world: World, options: RegisterTargetOptions): TargetRecord | undefined {
  const { targetGroupArn, id, port, at, answersFrom, failure } = options
  const group = world.state.elbv2.targetGroups[targetGroupArn]
  if (group === undefined) return undefined
  const others = group.targets.filter(
    target => (target.id !== id || target.port !== port) && (target.goneAt ?? Infinity) > at,
  )
  const { intervalSeconds, unhealthyThreshold, healthyThreshold } = group.healthCheck
  const target: TargetRecord = {
    id,
    port,
    registeredAt: at,
    interval: Math.min(intervalSeconds * 1000, world.timings.healthCheckInterval),
    unhealthyThreshold,
    healthyThreshold,
    ...(answersFrom === undefined ? {} : { answersFrom }),
    failure,
  }
  group.targets = [...others, target]
  return target
}
