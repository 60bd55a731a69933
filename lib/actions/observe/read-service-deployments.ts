import type { Deployment } from '../../deployment/deployment.ts'
import type { SeenServiceDeployment } from '../../deployment/observation.ts'
import type { Instant } from '../../deployment/state.ts'
import { askServiceDeployments } from './ask-service-deployments.ts'
import type { Scope } from './scope.ts'
import { rememberServiceDeployment } from './watch.ts'

const ends = new Set(['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'])

/** How far ECS is with all of them: the one thing that every look asks, twenty a call. What has ended is not asked again. */
export async function readServiceDeployments(
  deployments: readonly Deployment[],
  scope: Scope,
  /** What was read since needs not be read again. */
  begun: Instant,
): Promise<void> {
  const { clock, watchOf } = scope
  const isDue = (seen: SeenServiceDeployment | undefined): boolean =>
    seen === undefined || (!ends.has(seen.status) && seen.readAt < begun)
  const arns = deployments.flatMap(deployment => {
    const { oursArn, ours, redeploymentArn, redeployment } = watchOf(deployment)
    return [
      ...(oursArn !== undefined && isDue(ours) ? [oursArn] : []),
      ...(redeploymentArn !== undefined && isDue(redeployment) ? [redeploymentArn] : []),
    ]
  })
  const { found, refused } = await askServiceDeployments(arns, scope)
  const answers = new Map(found.map(each => [each.arn, each]))
  for (const deployment of deployments) {
    const watch = watchOf(deployment)
    const { oursArn = '', redeploymentArn = '' } = watch
    const ours = answers.get(oursArn)
    const redeployment = answers.get(redeploymentArn)
    if (ours) rememberServiceDeployment(watch, 'ours', ours, clock.now())
    if (redeployment) rememberServiceDeployment(watch, 'redeployment', redeployment, clock.now())
    watch.lost ??= refused.get(oursArn) ?? refused.get(redeploymentArn)
  }
}
