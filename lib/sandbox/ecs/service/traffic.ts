import type { ecs } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import type { ServiceDeploymentRecord, ServiceRecord } from '../state.ts'
import { update } from '../update.ts'
import type { RoundOptions } from './replace-unhealthy-tasks.ts'
import { activeTasks, isOf } from './service-tasks.ts'
import { isHealthy } from './task-health.ts'

/**
 * The load balancers of a new revision. Where a service has a pair of target groups, a strategy that shifts traffic puts
 * the new tasks into the one that its source does not have; a rolling update replaces tasks in the one that gets it all, or
 * where an unhappy end has split it, in that of its source.
 */
export function resolvedLoadBalancers(
  world: World,
  { service, source = '' }: { readonly service: ServiceRecord; readonly source?: string },
): readonly ecs.LoadBalancer[] {
  const { strategy = 'ROLLING' } = service.deploymentConfiguration
  const taken = (world.state.ecs.serviceRevisions[source]?.loadBalancers ?? []).map(it => it.targetGroupArn)
  if (strategy === 'ROLLING') {
    return service.settings.loadBalancers.map(loadBalancer => {
      const ofSource = splitGroups(world, loadBalancer).find(arn => taken.includes(arn))
      return { ...loadBalancer, targetGroupArn: ofSource ?? liveTargetGroup(world, loadBalancer) }
    })
  }
  return service.settings.loadBalancers.map(loadBalancer => {
    const { targetGroupArn, advancedConfiguration } = loadBalancer
    const { alternateTargetGroupArn } = advancedConfiguration ?? {}
    if (alternateTargetGroupArn === undefined) return loadBalancer
    const isFree = !taken.includes(targetGroupArn)
    return { ...loadBalancer, targetGroupArn: isFree ? targetGroupArn : alternateTargetGroupArn }
  })
}

/** With those of the target groups that get the traffic at this moment. */
export function liveLoadBalancers(
  world: World,
  { loadBalancers }: Pick<ServiceRecord['settings'], 'loadBalancers'>,
): readonly ecs.LoadBalancer[] {
  return loadBalancers.map(loadBalancer => ({
    ...loadBalancer,
    targetGroupArn: liveTargetGroup(world, loadBalancer),
  }))
}

/** The one of the pair to which the production rule gives the greater weight. */
function liveTargetGroup(world: World, loadBalancer: ecs.LoadBalancer): string | undefined {
  const { targetGroupArn, advancedConfiguration } = loadBalancer
  const { alternateTargetGroupArn } = advancedConfiguration ?? {}
  return weightOf(world, loadBalancer, alternateTargetGroupArn) >
    weightOf(world, loadBalancer, targetGroupArn)
    ? alternateTargetGroupArn
    : targetGroupArn
}

/** Both of the pair where either has some of the traffic, else none. */
function splitGroups(world: World, loadBalancer: ecs.LoadBalancer): readonly (string | undefined)[] {
  const pair = [loadBalancer.targetGroupArn, loadBalancer.advancedConfiguration?.alternateTargetGroupArn]
  return pair.every(arn => weightOf(world, loadBalancer, arn) > 0) ? pair : []
}

function weightOf({ state }: World, { advancedConfiguration }: ecs.LoadBalancer, arn?: string): number {
  const rule = state.elbv2.rules[advancedConfiguration?.productionListenerRule ?? '']
  const groups = (rule?.actions ?? []).flatMap(({ ForwardConfig }) => ForwardConfig?.TargetGroups ?? [])
  return groups.find(it => it.TargetGroupArn === arn)?.Weight ?? 0
}

/**
 * What serves at this moment: the revision of the last COMPLETED deployment, as long as it runs; else the one of which most
 * healthy tasks are where the traffic goes, or some of it. Undefined if there is none.
 */
export function servingRevision(world: World, { service, at }: RoundOptions): string | undefined {
  const { completedRevision, desiredCount } = service
  const active = activeTasks(world, service)
  if (completedRevision !== undefined) {
    if (desiredCount === 0 || active.some(isOf({ revisionArn: completedRevision }))) return completedRevision
  }
  const { loadBalancers } = service.settings
  const healthy = active.filter(isHealthy(world, at))
  const within = (groups: readonly (string | undefined)[]) =>
    healthy
      .filter(({ targets }) => targets.length === 0 || targets.some(it => groups.includes(it.targetGroupArn)))
      .flatMap(({ revisionArn }) => revisionArn ?? [])
  const live = within(loadBalancers.map(it => liveTargetGroup(world, it)))
  const serving = live.length > 0 ? live : within(loadBalancers.flatMap(it => splitGroups(world, it)))
  const countOf = (arn: string) => serving.filter(it => it === arn).length
  return [...new Set(serving)].toSorted((one, other) => countOf(other) - countOf(one))[0]
}

/** Whether there is traffic to shift at all: not for a service without a load balancer. */
export function hasTraffic(
  { state }: World,
  { targetRevision }: Pick<ServiceDeploymentRecord, 'targetRevision'>,
): boolean {
  const { loadBalancers = [] } = state.ecs.serviceRevisions[targetRevision] ?? {}
  return loadBalancers.some(it => it.advancedConfiguration?.alternateTargetGroupArn !== undefined)
}

export type ShiftTrafficOptions = {
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
  if (!hasTraffic(world, deployment)) return
  update(deployment, { productionWeight, testWeight: hasTestTraffic(world, deployment) ? testWeight : 0 })
  weighRevision(world, { revisionArn: deployment.targetRevision, productionWeight, testWeight })
}

/** All traffic to another revision than the deployment's own. */
export function giveTraffic(
  world: World,
  { deployment, to }: { readonly deployment: ServiceDeploymentRecord; readonly to: string },
): void {
  if (!hasTraffic(world, deployment)) return
  update(deployment, { productionWeight: 0, testWeight: 0 })
  weighRevision(world, { revisionArn: to, productionWeight: 100, testWeight: 100 })
}

/** A rolling update shifts nothing, so whatever an unhappy end has split goes first to where its tasks will be. */
export function gatherTraffic(
  world: World,
  {
    strategy = 'ROLLING',
    revisionArn,
  }: Pick<ecs.DeploymentConfiguration, 'strategy'> & { readonly revisionArn: string },
): void {
  if (strategy === 'ROLLING') weighRevision(world, { revisionArn, productionWeight: 100, testWeight: 100 })
}

function hasTestTraffic({ state }: World, { targetRevision }: ServiceDeploymentRecord): boolean {
  const { loadBalancers = [] } = state.ecs.serviceRevisions[targetRevision] ?? {}
  return loadBalancers.some(it => it.advancedConfiguration?.testListenerRule !== undefined)
}

type WeighRevisionOptions = {
  readonly revisionArn: string
  readonly productionWeight: number
  readonly testWeight: number
}

function weighRevision(
  world: World,
  { revisionArn, productionWeight, testWeight }: WeighRevisionOptions,
): void {
  const { loadBalancers = [], settings } = world.state.ecs.serviceRevisions[revisionArn] ?? {}
  for (const [index, { targetGroupArn, advancedConfiguration: pair }] of loadBalancers.entries()) {
    if (pair === undefined) continue
    const groups = [settings?.loadBalancers[index]?.targetGroupArn, pair.alternateTargetGroupArn]
    const other = groups.find(arn => arn !== targetGroupArn)
    weigh(world, { ruleArn: pair.productionListenerRule, targetGroupArn, other, percent: productionWeight })
    weigh(world, { ruleArn: pair.testListenerRule, targetGroupArn, other, percent: testWeight })
  }
}

type WeighOptions = {
  readonly ruleArn?: string
  readonly targetGroupArn?: string
  readonly other?: string
  readonly percent: number
}

/** Weights are whole numbers up to 999, so a share with a decimal is told in thousandths. */
function weigh({ state }: World, { ruleArn, targetGroupArn, other, percent }: WeighOptions): void {
  const rule = state.elbv2.rules[ruleArn ?? '']
  if (rule === undefined) return
  const scale = Number.isInteger(percent) ? 1 : 10
  const weight = Math.round(percent * scale)
  rule.actions = rule.actions.map(action => {
    if (action.Type !== 'forward') return action
    const TargetGroups = [
      { TargetGroupArn: targetGroupArn, Weight: weight },
      { TargetGroupArn: other, Weight: 100 * scale - weight },
    ]
    return { ...action, TargetGroupArn: undefined, ForwardConfig: { ...action.ForwardConfig, TargetGroups } }
  })
}
