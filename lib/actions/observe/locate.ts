import type { Deployment } from '../../deployment/deployment.ts'
import { identifyServiceDeployments } from './ask-service-deployments.ts'
import { askServices } from './ask-services.ts'
import type { FoundServiceDeployment, Scope } from './scope.ts'
import { type Watch, rememberServiceDeployment, revisionsOf } from './watch.ts'

/** The hint in DescribeServices is tried this often before a service's deployments are listed one by one. */
const looksBeforeListing = 2

/** AWS's clock may differ from ours by this much when a list is cut by time, in milliseconds. */
const clockSkewAllowed = 10 * 60_000

/**
 * Finds the service deployments of our own revisions. UpdateService does not name them, and what the service calls its current one
 * can be blank or outdated: that is only where to look first.
 */
export async function locate(deployments: readonly Deployment[], scope: Scope): Promise<void> {
  const { ecs, reads, watchOf } = scope
  const lost = deployments.filter(deployment => isLost(deployment, watchOf(deployment)))
  if (lost.length === 0) return
  await askServices(lost, scope)
  recognise(
    lost,
    await identifyServiceDeployments(
      lost.flatMap(deployment => watchOf(deployment).hint ?? []),
      scope,
    ),
    scope,
  )
  for (const deployment of lost) {
    const watch = watchOf(deployment)
    if (!isLost(deployment, watch)) continue
    watch.looksWithout += 1
    if (watch.looksWithout < looksBeforeListing) continue
    const { cluster, service, createdAt } = deployment
    const briefs =
      (await reads.attempt(() =>
        ecs.listServiceDeployments(cluster, service, createdAt - clockSkewAllowed),
      )) ?? []
    recognise(
      [deployment],
      await identifyServiceDeployments(
        briefs.map(({ arn }) => arn),
        scope,
      ),
      scope,
    )
  }
}

/** Looks for whoever took over from a deployment that was stopped. */
export async function locateSuccessor(deployment: Deployment, scope: Scope): Promise<void> {
  const { ecs, reads, watchOf } = scope
  const { cluster, service } = deployment
  const since = watchOf(deployment).ours?.createdAt ?? deployment.createdAt
  const briefs = (await reads.attempt(() => ecs.listServiceDeployments(cluster, service, since))) ?? []
  const newer = briefs.filter(brief => brief.createdAt > since).map(({ arn }) => arn)
  recognise([deployment], await identifyServiceDeployments(newer, scope), scope)
}

function recognise(
  deployments: readonly Deployment[],
  found: readonly FoundServiceDeployment[],
  { clock, watchOf }: Scope,
): void {
  for (const deployment of deployments) {
    const watch = watchOf(deployment)
    const { own, redeploying } = revisionsOf(deployment)
    const here = found.filter(each => isOfService(each, deployment))
    const ours = here.find(
      ({ taskDefinition }) => taskDefinition !== undefined && taskDefinition === own?.taskDefinition,
    )
    if (ours) rememberServiceDeployment(watch, 'ours', ours, clock.now())
    const fence = watch.ours?.createdAt ?? Infinity
    const newer = here
      .filter(({ createdAt, arn }) => createdAt > fence && arn !== watch.oursArn)
      .toSorted((a, b) => b.createdAt - a.createdAt)
    const back =
      redeploying && newer.find(({ taskDefinition }) => taskDefinition === redeploying.taskDefinition)
    if (back) rememberServiceDeployment(watch, 'redeployment', back, clock.now())
    const [successor] = newer.filter(({ arn }) => arn !== watch.redeploymentArn)
    if (successor) watch.successor = { serviceDeployment: successor.arn, createdAt: successor.createdAt }
  }
}

function isOfService({ service }: FoundServiceDeployment, deployment: Deployment): boolean {
  return service === deployment.service || service.endsWith(`/${deployment.service}`)
}

function isLost({ state }: Deployment, { oursArn, ours, redeploymentArn }: Watch): boolean {
  if (state.is === 'rolling_back' && state.redeploying !== undefined)
    return redeploymentArn === undefined || ours === undefined
  return oursArn === undefined
}
