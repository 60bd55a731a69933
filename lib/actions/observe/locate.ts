import type { Deployment } from '../../deployment/deployment.ts'
import type { Instant } from '../../deployment/state.ts'
import { inParallel } from '../batches.ts'
import { isOfOneThing } from './ask-each.ts'
import { identifyServiceDeployments } from './ask-service-deployments.ts'
import { askServices } from './ask-services.ts'
import { recognise } from './recognise.ts'
import type { Scope } from './scope.ts'
import { type Watch, isOutOfReach, isStopping } from './watch.ts'

/** The hint in DescribeServices is tried this often before a service's deployments are listed one by one. */
const looksBeforeListing = 2

/** A third of what ECS lets through at once: each is three calls. */
const searchesAtOnce = 15

/** AWS's clock may differ from ours by this much when a list is cut by time, in milliseconds. */
const clockSkewAllowed = 10 * 60_000

/**
 * Finds the service deployments of our own revisions. UpdateService does not name them, and what the service calls its current one
 * can be blank or outdated: that is only where to look first. Who looks only once searches at once.
 */
export async function locate(
  deployments: readonly Deployment[],
  scope: Scope,
  { isOnlyLook = false }: { isOnlyLook?: boolean } = {},
): Promise<void> {
  const { watchOf } = scope
  const unfound = deployments.filter(deployment => isUnfound(deployment, watchOf(deployment)))
  if (unfound.length === 0) return
  await askServices(unfound, scope)
  const hints = unfound.flatMap(deployment => watchOf(deployment).hint ?? [])
  recognise(unfound, (await identifyServiceDeployments(hints, scope)).found, scope)
  const due = unfound.filter(deployment => {
    const watch = watchOf(deployment)
    if (isOutOfReach(watch) || !isUnfound(deployment, watch)) return false
    watch.looksWithout += 1
    return isOnlyLook || watch.looksWithout >= looksBeforeListing
  })
  await inParallel(due, isOnlyLook ? searchesAtOnce : 1, deployment =>
    search(deployment, deployment.createdAt - clockSkewAllowed, scope),
  )
}

/** Looks for whoever took over from a deployment, or from its way back, that was stopped. */
export async function locateSuccessor(deployment: Deployment, scope: Scope): Promise<void> {
  const { ours, redeployment, successor, isSearched } = scope.watchOf(deployment)
  const stopped = isStopping(redeployment) ? redeployment : ours
  if (stopped === undefined || !isStopping(stopped)) return
  if (successor === undefined && isSearched === undefined) await search(deployment, stopped.createdAt, scope)
}

/** Lists the service's deployments since then, and looks at each. Notes whether all of that answered. */
async function search(deployment: Deployment, since: Instant, scope: Scope): Promise<void> {
  const { ecs, reads, watchOf } = scope
  const watch = watchOf(deployment)
  const { cluster, service } = deployment
  watch.isSearched = false
  const listed = await reads.ask(() => ecs.listServiceDeployments(cluster, service, since))
  switch (listed.is) {
    case 'late':
      return
    case 'refused':
      if (!isOfOneThing(listed.trouble)) throw listed.trouble
      if (listed.trouble.kind === 'missing') watch.isServiceGone = true
      else watch.lost = listed.trouble.message
      return
    case 'answered': {
      const arns = listed.answer.map(({ arn }) => arn)
      const { found, isComplete } = await identifyServiceDeployments(arns, scope)
      recognise([deployment], found, scope)
      watch.isSearched = isComplete && arns.every(arn => found.some(each => each.arn === arn))
    }
  }
}

function isUnfound({ state }: Deployment, { oursArn, redeploymentArn }: Watch): boolean {
  const isBackUnfound =
    state.is === 'rolling_back' && state.redeploying !== undefined && redeploymentArn === undefined
  return oursArn === undefined || isBackUnfound
}
