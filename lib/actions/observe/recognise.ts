import type { Deployment } from '../../deployment/deployment.ts'
import type { FoundServiceDeployment, Scope } from './scope.ts'
import { rememberServiceDeployment, revisionsOf } from './watch.ts'

/** Tells which of these service deployments are ours, which bring the previous revision back, and which took over. */
export function recognise(
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
    const fence = watch.ours?.createdAt ?? own?.createdAt ?? Infinity
    const newer = here
      .filter(({ createdAt, arn }) => createdAt > fence && arn !== watch.oursArn)
      .toSorted((a, b) => b.createdAt - a.createdAt)
    const back =
      redeploying && newer.find(({ taskDefinition }) => taskDefinition === redeploying.taskDefinition)
    if (back) {
      rememberServiceDeployment(watch, 'redeployment', back, clock.now())
      // What came between ours and its way back has been overtaken itself.
      watch.successor = undefined
    }
    // Of whom it is not known yet where it goes may be the way back itself.
    const others = redeploying ? newer.filter(({ taskDefinition }) => taskDefinition !== undefined) : newer
    const [successor] = others.filter(
      ({ arn, createdAt }) =>
        arn !== watch.redeploymentArn && createdAt > (watch.redeployment?.createdAt ?? fence),
    )
    if (successor) watch.successor = { serviceDeployment: successor.arn, createdAt: successor.createdAt }
  }
}

function isOfService({ service }: FoundServiceDeployment, deployment: Deployment): boolean {
  return service === deployment.service || service.endsWith(`/${deployment.service}`)
}
