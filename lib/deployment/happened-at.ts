import type { Deployment } from './deployment.ts'
import type { Observation } from './observation.ts'
import type { Instant, State } from './state.ts'

/** When a deployment came into the state that a look shows it in. ECS says when it was through with it: a look may come hours later. */
export function happenedAt(deployment: Deployment, next: State, seen: Observation): Instant {
  const { timeline, createdAt } = deployment
  const before = timeline.at(-1)?.at ?? createdAt
  return Math.min(seen.at, Math.max(before, toldAt(deployment.state, next, seen) ?? seen.at))
}

function toldAt(state: State, next: State, { ours, redeployment }: Observation): Instant | undefined {
  switch (state.is) {
    case 'preparing':
      return next.is === 'starting' ? ours?.createdAt : undefined
    case 'starting':
    case 'checking':
    case 'shifting':
    case 'draining':
    case 'cancelling':
      return ours?.finishedAt
    case 'watching':
      return state.until
    case 'rolling_back':
      return (state.redeploying === undefined ? ours : redeployment)?.finishedAt
    case 'awaiting_approval':
    case 'denied':
    case 'live':
    case 'rolled_back':
    case 'cancelled':
    case 'failed':
    case 'stopping':
    case 'stopped':
      return undefined
  }
}
