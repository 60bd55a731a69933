import type { Deployment } from '../../deployment/deployment.ts'
import type { Instant } from '../../deployment/state.ts'
import { spanOf } from './span-of.ts'

/** How long a deployment took since it was asked for, or approved, or has taken until `now`. */
export function durationOf(
  deployment: Pick<Deployment, 'state' | 'timeline' | 'createdAt'>,
  now: Instant,
): number {
  const { finishedAt = now } = spanOf(deployment)
  const begun = deployment.timeline.find(({ is }) => is !== 'awaiting_approval')?.at ?? deployment.createdAt
  return Math.max(0, finishedAt - begun)
}
