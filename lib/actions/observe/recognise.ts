import type { Deployment } from '../../deployment/deployment.ts'
import type { FoundServiceDeployment, Scope } from './scope.ts'
import { type Watch, isStopping, rememberServiceDeployment, revisionsOf } from './watch.ts'

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
    const ours = oursAmong(here, own?.taskDefinition, watch)
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

/**
 * A change of the service's network or load balancers in the middle of a deployment makes ECS begin another one with the same revision,
 * which takes over from the one that it stops.
 */
function oursAmong(
  found: readonly FoundServiceDeployment[],
  own: string | undefined,
  { ours, oursArn }: Watch,
): FoundServiceDeployment | undefined {
  if (own === undefined) return undefined
  const mine = found
    .filter(({ taskDefinition }) => taskDefinition === own)
    .toSorted((one, other) => other.createdAt - one.createdAt)
  return oursArn === undefined || isStopping(ours) ? mine[0] : mine.find(({ arn }) => arn === oursArn)
}

function isOfService({ service }: FoundServiceDeployment, deployment: Deployment): boolean {
  return service === deployment.service || service.endsWith(`/${deployment.service}`)
}
