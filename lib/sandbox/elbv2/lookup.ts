import { AwsError } from '../wire/aws-error.ts'
import type { elbv2 } from '../wire/handlers.ts'
import type { World } from '../world.ts'
import type { ListenerRecord, LoadBalancerRecord, RuleRecord, TargetGroupRecord } from './state.ts'

/** Finding what a request names, with ELB's errors. */

export function loadBalancerWith({ state }: World, arn = ''): LoadBalancerRecord {
  return (
    state.elbv2.loadBalancers[arn] ??
    absent('LoadBalancerNotFoundException', `Load balancers '[${arn}]' not found`)
  )
}

export function listenerWith({ state }: World, arn = ''): ListenerRecord {
  return state.elbv2.listeners[arn] ?? absent('ListenerNotFoundException', `One or more listeners not found`)
}

export function ruleWith({ state }: World, arn = ''): RuleRecord {
  return state.elbv2.rules[arn] ?? absent('RuleNotFoundException', 'One or more rules not found')
}

export function targetGroupWith({ state }: World, arn = ''): TargetGroupRecord {
  return (
    state.elbv2.targetGroups[arn] ??
    absent('TargetGroupNotFoundException', 'One or more target groups not found')
  )
}

/** The rules of a listener in their order, as ELB shows them. */
export function rulesOf({ state }: World, listenerArn: string): readonly RuleRecord[] {
  return Object.values(state.elbv2.rules)
    .filter(rule => rule.listenerArn === listenerArn)
    .toSorted((one, other) => rank(one) - rank(other))
}

export function ruleView({ arn, priority, conditions, actions, transforms }: RuleRecord): elbv2.Rule {
  return {
    RuleArn: arn,
    Priority: String(priority),
    Conditions: [...conditions],
    Actions: [...actions],
    IsDefault: priority === 'default',
    Transforms: [...transforms],
  }
}

function rank({ priority }: RuleRecord): number {
  return priority === 'default' ? Infinity : priority
}

function absent(name: string, message: string): never {
  throw new AwsError(name, message)
}
