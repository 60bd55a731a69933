import type { Ports } from '../ports.ts'
import type { TrafficNow } from './traffic-now.ts'

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
  { traffic, desired }: { readonly traffic: readonly TrafficNow[]; readonly desired: number },
  targets: Pick<Ports['targets'], 'health'>,
): Promise<MisplacedTraffic | undefined> {
  const pairs = desired === 0 ? [] : traffic.filter(({ isRuleGone }) => !isRuleGone)
  for (const pair of pairs) {
    const [here, elsewhere] = await Promise.all([healthyIn(pair.live), healthyIn(pair.other)])
    if (here === 0) return { targetGroup: pair.live, healthyElsewhere: elsewhere }
  }
  return undefined

  async function healthyIn(targetGroup: string): Promise<number> {
    return (await targets.health(targetGroup)).filter(({ state }) => state === 'healthy').length
  }
}
