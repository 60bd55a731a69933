import type { LiveRule, Service, TrafficWiring } from '../ports.ts'

/** Where a load balancer sends the traffic of a process now. */
export type TrafficNow = {
  /** The target group that has the traffic, or most of it. */
  readonly live: string
  /** The other one of the pair: where a deployment that moves traffic puts its tasks. */
  readonly other: string
  /** Both have some. */
  readonly isSplit: boolean
  /** The production rule is not there any more. */
  readonly isRuleGone: boolean
}

/** Out of the weights of the production rule; absent where there is no pair to move traffic between. */
export function trafficNow(
  { targetGroup, alternate, productionRule }: TrafficWiring,
  rules: readonly LiveRule[],
): TrafficNow | undefined {
  if (alternate === undefined || productionRule === undefined) return undefined
  const rule = rules.find(({ arn }) => arn === productionRule)
  const weightOf = (arn: string): number => rule?.weights.find(each => each.targetGroup === arn)?.weight ?? 0
  const isSwapped = weightOf(alternate) > weightOf(targetGroup)
  return {
    live: isSwapped ? alternate : targetGroup,
    other: isSwapped ? targetGroup : alternate,
    isSplit: weightOf(targetGroup) > 0 && weightOf(alternate) > 0,
    isRuleGone: rule === undefined,
  }
}

/** Where the traffic of a service goes, load balancer by load balancer, out of the rules that `productionRulesOf` names. */
export function trafficOf(
  { wiring }: Pick<Service, 'wiring'>,
  rules: readonly LiveRule[],
): readonly TrafficNow[] {
  return wiring.flatMap(each => trafficNow(each, rules) ?? [])
}

/** ARNs, each once. */
export function productionRulesOf(services: readonly Pick<Service, 'wiring'>[]): readonly string[] {
  return [
    ...new Set(
      services.flatMap(({ wiring }) => wiring.flatMap(({ productionRule }) => productionRule ?? [])),
    ),
  ]
}
