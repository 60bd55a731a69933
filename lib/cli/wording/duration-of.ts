import type { Deployment } from '../../deployment/deployment.ts'
import type { Instant } from '../../deployment/state.ts'
import { spanOf } from './span-of.ts'

/** How long a deployment took since ECS began with it (before that: since it was asked for), or has taken until `now`. */
export function durationOf(
  deployment: Pick<Deployment, 'state' | 'timeline' | 'createdAt'>,
  now: Instant,
): number {
  const { startedAt = deployment.createdAt, finishedAt = now } = spanOf(deployment)
  return Math.max(0, finishedAt - startedAt)
}
