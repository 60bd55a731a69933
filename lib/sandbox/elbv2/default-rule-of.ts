import type { World } from '../world.ts'
import { rulesOf } from './lookup.ts'
import type { RuleRecord } from './state.ts'

/** The rule that every listener has, for the requests that no other rule takes. */
export function defaultRuleOf(world: World, listenerArn: string): RuleRecord {
  const rule = rulesOf(world, listenerArn).find(({ priority }) => priority === 'default')
  if (rule === undefined) throw new Error(`listener ${listenerArn} has no default rule`)
  return rule
}
