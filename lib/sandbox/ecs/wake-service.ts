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
