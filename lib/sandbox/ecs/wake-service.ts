import type { World } from '../world.ts'
import { schedule } from './schedule.ts'

export type WakeServiceOptions = { readonly serviceArn: string; readonly at: number }

/** Lets the scheduler look at a service at that time, once. */
export function wakeService(world: World, { serviceArn, at }: WakeServiceOptions): void {
  const isExpected = world.state.ecs.queue.some(
    event => event.kind === 'round' && event.serviceArn === serviceArn && event.at === at,
  )
  if (!isExpected) schedule(world, at, { kind: 'round', serviceArn })
}

/** As above, as late as ECS's scheduler notices what happened at `at`. */
export function notice(world: World, { serviceArn, at }: WakeServiceOptions): void {
  wakeService(world, { serviceArn, at: at + Math.max(1, world.timings.schedulerRound) })
}

/**
 * As `notice`, unless the scheduler looks before that anyway. For what asks for a look with every look: else each occasion
 * in between would begin a row of looks of its own, and none of them would ever end.
 */
export function keepWatching(world: World, { serviceArn, at }: WakeServiceOptions): void {
  const latest = at + Math.max(1, world.timings.schedulerRound)
  const isExpected = world.state.ecs.queue.some(
    event => event.kind === 'round' && event.serviceArn === serviceArn && event.at <= latest,
  )
  if (!isExpected) schedule(world, latest, { kind: 'round', serviceArn })
}
