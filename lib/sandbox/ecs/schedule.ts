import type { World } from '../world.ts'
import type { EventBody } from './state.ts'

/** Notes what is to happen; `advanceWorld` plays it at its time. */
export function schedule(world: World, at: number, event: EventBody): void {
  const { ecs } = world.state
  ecs.sequence += 1
  ecs.queue.push({ at, order: ecs.sequence, ...event })
}
