import type { World } from '../world.ts'
import { identifiers } from './identifiers.ts'
import type { ServiceRecord } from './state.ts'

/** Adds a service event: `(service web) has reached a steady state.` ECS shows the newest hundred. */
export function say(
  world: World,
  { service, at, text }: { readonly service: ServiceRecord; readonly at: number; readonly text: string },
): void {
  const event = { id: identifiers.uuid(world.state.ecs), at, message: `(service ${service.name}) ${text}` }
  service.events = [event, ...service.events].slice(0, 100)
}
