import type { Ports, Service } from './ports.ts'
import { trafficNow } from './traffic-now.ts'

/** Users are sent where nothing answers them. */
export type MisplacedTraffic = {
  /** ARN of the target group that has the traffic. */
  readonly targetGroup: string
  /** How many healthy targets the other one of the pair has. */
  readonly healthyElsewhere: number
}

/**
 * Whether the production rule of a service leads to a target group without a healthy target. "Steady" does not say it: after a first deployment
 * that failed, or a change of the infrastructure that reset the weights, ECS calls a service steady that answers nobody.
 */
export async function misplacedTraffic(
  { wiring, desired }: Pick<Service, 'wiring' | 'desired'>,
  { rules, targets }: Pick<Ports, 'rules' | 'targets'>,
): Promise<MisplacedTraffic | undefined> {
  const arns = wiring.flatMap(({ productionRule }) => productionRule ?? [])
  if (arns.length === 0 || desired === 0) return undefined
  const live = await rules.live([...new Set(arns)])
  const pairs = wiring.flatMap(each => trafficNow(each, live) ?? []).filter(({ isRuleGone }) => !isRuleGone)
  for (const pair of pairs) {
    const [here, elsewhere] = await Promise.all([healthyIn(pair.live), healthyIn(pair.other)])
    if (here === 0) return { targetGroup: pair.live, healthyElsewhere: elsewhere }
  }
  return undefined

  async function healthyIn(targetGroup: string): Promise<number> {
    return (await targets.health(targetGroup)).filter(({ state }) => state === 'healthy').length
  }
}
