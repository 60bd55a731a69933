import type { ecs } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import type { ServiceDeploymentRecord, ServiceRecord } from '../state.ts'
import { update } from '../update.ts'

/**
 * The load balancers of a new revision. Where a service has a pair of target groups, a strategy that shifts traffic puts
 * the new tasks into the one that gets none; a rolling update replaces tasks in the one that gets it all.
 */
export function resolvedLoadBalancers(world: World, service: ServiceRecord): readonly ecs.LoadBalancer[] {
  const { strategy = 'ROLLING' } = service.deploymentConfiguration
  return service.settings.loadBalancers.map(loadBalancer => {
    const { alternateTargetGroupArn } = loadBalancer.advancedConfiguration ?? {}
    if (alternateTargetGroupArn === undefined || service.completedRevision === undefined) return loadBalancer
    const live = liveTargetGroup(world, loadBalancer)
    const other = live === loadBalancer.targetGroupArn ? alternateTargetGroupArn : loadBalancer.targetGroupArn
    return { ...loadBalancer, targetGroupArn: strategy === 'ROLLING' ? live : other }
  })
}

/** The one of the pair to which the production rule gives the greater weight. */
function liveTargetGroup({ state }: World, loadBalancer: ecs.LoadBalancer): string | undefined {
  const { targetGroupArn, advancedConfiguration } = loadBalancer
  const rule = state.elbv2.rules[advancedConfiguration?.productionListenerRule ?? '']
  const groups = (rule?.actions ?? []).flatMap(({ ForwardConfig }) => ForwardConfig?.TargetGroups ?? [])
  const weightOf = (arn?: string) => groups.find(it => it.TargetGroupArn === arn)?.Weight ?? 0
  const { alternateTargetGroupArn } = advancedConfiguration ?? {}
  return weightOf(alternateTargetGroupArn) > weightOf(targetGroupArn)
    ? alternateTargetGroupArn
    : targetGroupArn
}

export type ShiftTrafficOptions = {
  readonly service: ServiceRecord
  readonly deployment: ServiceDeploymentRecord
  /** Per cent of the traffic for the deployment's target revision. */
  readonly productionWeight: number
  readonly testWeight: number
}

/** Writes the weights into the listener rules, as ECS does with its infrastructure role. Without load balancer: nothing. */
export function shiftTraffic(
  world: World,
  { deployment, productionWeight, testWeight }: ShiftTrafficOptions,
): void {
  update(deployment, { productionWeight, testWeight })
  const revision = world.state.ecs.serviceRevisions[deployment.targetRevision]
  for (const loadBalancer of revision?.loadBalancers ?? []) {
    const { advancedConfiguration: pair } = loadBalancer
    if (pair === undefined) continue
    weigh(world, { loadBalancer, revision, ruleArn: pair.productionListenerRule, weight: productionWeight })
    weigh(world, { loadBalancer, revision, ruleArn: pair.testListenerRule, weight: testWeight })
  }
}

type WeighOptions = {
  /** As resolved: with the target group of the new revision. */
  readonly loadBalancer: ecs.LoadBalancer
  readonly revision?: { readonly settings: ServiceRecord['settings'] }
  readonly ruleArn?: string
  readonly weight: number
}

function weigh({ state }: World, { loadBalancer, revision, ruleArn, weight }: WeighOptions): void {
  const rule = state.elbv2.rules[ruleArn ?? '']
  if (rule === undefined) return
  const { targetGroupArn, advancedConfiguration } = loadBalancer
  const pairs = revision?.settings.loadBalancers ?? []
  const originals = pairs.flatMap(it => it.targetGroupArn ?? [])
  const pair = [...originals, advancedConfiguration?.alternateTargetGroupArn]
  const other = pair.find(arn => arn !== undefined && arn !== targetGroupArn)
  rule.actions = rule.actions.map(action => {
    if (action.Type !== 'forward') return action
    const TargetGroups = [
      { TargetGroupArn: targetGroupArn, Weight: weight },
      { TargetGroupArn: other, Weight: 100 - weight },
    ]
    return { ...action, TargetGroupArn: undefined, ForwardConfig: { ...action.ForwardConfig, TargetGroups } }
  })
}
