import type { World } from '../world.ts'
import { schedule } from './schedule.ts'
import type { ServiceRecord } from './state.ts'

/** Lets the scheduler look at a service at that time, unless it will anyway by then. */
export function wakeService(world: World, { service, at }: { readonly service: ServiceRecord; readonly at: number }): void {
  if (service.nextRoundAt !== undefined && service.nextRoundAt <= at) return
  service.nextRoundAt = at
  schedule(world, at, { kind: 'round', serviceArn: service.arn })
}
