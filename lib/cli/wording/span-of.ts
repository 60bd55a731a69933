import type { Deployment } from '../../deployment/deployment.ts'
import { isSettled } from '../../deployment/projections.ts'
import type { Instant } from '../../deployment/state.ts'

/** When a deployment began in ECS, and when it came to its end, as far as it did. */
export type Span = { readonly startedAt?: Instant; readonly finishedAt?: Instant }

export function spanOf({ state, timeline }: Pick<Deployment, 'state' | 'timeline'>): Span {
  const startedAt = timeline.find(({ is }) => is === 'starting')?.at
  // Whatever became of its process later, it was at its end then.
  const live = timeline.find(({ is }) => is === 'live')?.at
  const finishedAt = live ?? (isSettled(state) ? timeline.at(-1)?.at : undefined)
  return { ...(startedAt !== undefined && { startedAt }), ...(finishedAt !== undefined && { finishedAt }) }
}
