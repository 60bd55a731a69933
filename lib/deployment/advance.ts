import { type Deployment, enter } from './deployment.ts'
import { happenedAt } from './happened-at.ts'
import type { Observation } from './observation.ts'
import type { State } from './state.ts'
import { whenServiceGone } from './states/when-service-gone.ts'
import { whileCancelling } from './states/while-cancelling.ts'
import { whilePreparing } from './states/while-preparing.ts'
import { whileProgressing } from './states/while-progressing.ts'
import { whileRollingBack } from './states/while-rolling-back.ts'
import { whileStopping } from './states/while-stopping.ts'
import { whileWatching } from './states/while-watching.ts'

/** Brings a deployment as far as an observation shows it to be; the same object if nothing changed. */
export function advance(deployment: Deployment, seen: Observation): Deployment {
  const state = nextState(deployment, seen)
  const next = enter(deployment, state, happenedAt(deployment, state, seen))
  return next === deployment || next.state.is === deployment.state.is ? next : advance(next, seen)
}

function nextState(deployment: Deployment, seen: Observation): State {
  const { state } = deployment
  const end = whenServiceGone(state, seen)
  if (end !== undefined) return end
  switch (state.is) {
    case 'preparing':
      return whilePreparing(state, seen, deployment)
    case 'starting':
    case 'checking':
    case 'shifting':
    case 'draining':
      return whileProgressing(state, seen, deployment)
    case 'watching':
      return whileWatching(state, seen)
    case 'rolling_back':
      return whileRollingBack(state, seen, deployment)
    case 'cancelling':
      return whileCancelling(state, seen)
    case 'stopping':
      return whileStopping(state, seen, deployment)
    case 'awaiting_approval':
    case 'denied':
    case 'live':
    case 'rolled_back':
    case 'cancelled':
    case 'failed':
    case 'stopped':
      return state
  }
}
