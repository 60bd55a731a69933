import type { Elbv2Handlers } from '../wire/handlers.ts'
import type { World } from '../world.ts'
import { type LoadBalancerOptions, loadBalancerHandlers } from './handlers/load-balancer-handlers.ts'
import { ruleHandlers } from './handlers/rule-handlers.ts'
import { tagHandlers } from './handlers/tag-handlers.ts'
import { targetGroupHandlers } from './handlers/target-group-handlers.ts'

/** Elastic Load Balancing's API (v2). */
export function elbv2Handlers(world: World, options: LoadBalancerOptions = {}): Elbv2Handlers {
  return {
    ...loadBalancerHandlers(world, options),
    ...ruleHandlers(world),
    ...targetGroupHandlers(world),
    ...tagHandlers(world),
  }
}
