import { AwsError } from '../wire/aws-error.ts'
import type { elbv2 } from '../wire/handlers.ts'
import type { World } from '../world.ts'
import { targetGroupsOf } from './target-health.ts'

/**
 * A rule's actions as ELB keeps them: a plain forward also gets a ForwardConfig of one target group with weight 1, and
 * one with several has no TargetGroupArn of its own.
 */
export function normalActions(world: World, actions: readonly elbv2.Action[] = []): readonly elbv2.Action[] {
  if (actions.length === 0) throw new AwsError('ValidationError', 'A default action must be specified')
  for (const arn of actions.flatMap(targetGroupsOf)) {
    if (world.state.elbv2.targetGroups[arn] === undefined) {
      throw new AwsError('TargetGroupNotFoundException', `Target groups '${arn}' not found`)
    }
  }
  return structuredClone(actions).map(action => (action.Type === 'forward' ? normalForward(action) : action))
}

function normalForward(action: elbv2.Action): elbv2.Action {
  const { TargetGroupArn, ForwardConfig } = action
  const given = ForwardConfig?.TargetGroups ?? []
  const groups = given.length > 0 ? given : [{ TargetGroupArn }]
  const isSingle = groups.length === 1
  return {
    ...action,
    TargetGroupArn: isSingle ? groups[0]?.TargetGroupArn : undefined,
    ForwardConfig: {
      TargetGroups: groups.map(group => ({ ...group, Weight: group.Weight ?? 1 })),
      TargetGroupStickinessConfig: ForwardConfig?.TargetGroupStickinessConfig ?? { Enabled: false },
    },
  }
}
