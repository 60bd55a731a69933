import type { World } from '../world.ts'
import { isInUse } from './target-health.ts'

export type DeregisterTargetOptions = {
  readonly targetGroupArn: string
  readonly id: string
  readonly port: number
  readonly at: number
}

/** Lets a target drain; the answer is when it will be gone. */
export function deregisterTarget(
  world: World,
  { targetGroupArn, id, port, at }: DeregisterTargetOptions,
): number {
  const group = world.state.elbv2.targetGroups[targetGroupArn]
  const target = group?.targets.find(it => it.id === id && it.port === port && it.drainingSince === undefined)
  if (group === undefined || target === undefined) return at
  const seconds = Number(group.attributes['deregistration_delay.timeout_seconds'])
  const delay = isInUse(world.state.elbv2, targetGroupArn)
    ? Math.min(seconds * 1000, world.timings.deregistrationDelay)
    : 0
  target.drainingSince = at
  target.goneAt = at + delay
  return target.goneAt
}
