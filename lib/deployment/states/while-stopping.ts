import type { Deployment } from '../deployment.ts'
import type { Observation } from '../observation.ts'
import type { After, In } from '../state.ts'

/** Tasks are wanted again although a stop was asked for this long ago: then somebody else started them. In milliseconds. */
const longestLag = 60_000

/** Its process is being stopped; ends when none of its tasks is left, or when they are wanted again by somebody else. */
export function whileStopping(
  state: In<'stopping'>,
  { at, service }: Observation,
  { stop }: Pick<Deployment, 'stop'>,
): After<'stopping'> {
  const askedAt = stop?.askedAt
  if (service === undefined || askedAt === undefined || service.readAt < askedAt) return state
  const { desired, running, pending } = service
  const isOver = desired === 0 ? running + pending === 0 : at - askedAt > longestLag
  return isOver ? { is: 'stopped', ecs: state.ecs } : state
}
