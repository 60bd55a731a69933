import type { Deployment } from '../../deployment/deployment.ts'
import { isSettled } from '../../deployment/projections.ts'
import type { StateName } from '../../deployment/state.ts'

/** Whether `cancel deploy` can turn it back: not what goes back already, nor what ECS is through with. */
export function isCancellable({ state, cancelRequested }: Deployment): boolean {
  return !isSettled(state) && !others.has(state.is) && cancelRequested === undefined
}

const others: ReadonlySet<StateName> = new Set(['rolling_back', 'cancelling', 'stopping', 'watching'])
