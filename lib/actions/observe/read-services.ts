import type { Deployment } from '../../deployment/deployment.ts'
import { askServices } from './ask-services.ts'
import { locateSuccessor } from './locate.ts'
import { type Scope, isStale } from './scope.ts'
import { isOutOfReach, type Watch } from './watch.ts'

/** How old an answer may be while nothing hangs on it, in milliseconds. */
const freshFor = 30_000

/** What the services run, and who took over: asked at once where that decides an outcome, else now and then. */
export async function readServices(deployments: readonly Deployment[], scope: Scope): Promise<void> {
  const { reads, watchOf } = scope
  const urgent = deployments.filter(deployment => isUrgent(deployment, watchOf(deployment)))
  const old = deployments.filter(
    deployment =>
      !urgent.includes(deployment) && isStale(scope, watchOf(deployment).service?.readAt, freshFor),
  )
  await askServices([...urgent, ...(reads.mayRead(1) ? old : [])], scope)
  for (const deployment of deployments) {
    if (!isOutOfReach(watchOf(deployment))) await locateSuccessor(deployment, scope)
  }
}

function isUrgent(deployment: Deployment, watch: Watch): boolean {
  const isStopping = deployment.state.is === 'stopping'
  const isMissing = watch.missingSince !== undefined
  return isStopping || isMissing || isLeftUnexplained(watch) || needsProofOfRollback(deployment, watch)
}

/** ECS stops a deployment for a newer one, because somebody asked, or because its service was deleted: the service tells. */
function isLeftUnexplained({ ours, service }: Watch): boolean {
  return ours?.status === 'STOPPED' && (service?.readAt ?? -Infinity) < (ours.statusSince ?? ours.readAt)
}

/** ECS says that it has gone back: now the service and its tasks have to show it. */
export function needsProofOfRollback({ state }: Deployment, { ours, redeployment }: Watch): boolean {
  if (state.is === 'live') return false
  return state.is === 'rolling_back' && state.redeploying !== undefined
    ? redeployment?.status === 'SUCCESSFUL'
    : ours?.status === 'ROLLBACK_SUCCESSFUL'
}
