import { pageOf } from '../../page-of.ts'
import { AwsError } from '../../wire/aws-error.ts'
import type { elbv2, Elbv2Handlers } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import { elbId } from '../elb-arn.ts'
import { listenerWith, rulesOf, ruleView, ruleWith } from '../lookup.ts'
import { normalActions } from '../normal-actions.ts'
import { rememberTags } from '../remember-tags.ts'
import type { RuleRecord } from '../state.ts'
import type { Immediate } from '../../ecs/immediate.ts'

type Operation = 'CreateRule' | 'DescribeRules' | 'ModifyRule' | 'DeleteRule'

export function ruleHandlers(world: World): Immediate<Elbv2Handlers, Operation> {
  const { rules } = world.state.elbv2
  return {
    CreateRule: input => ({ Rules: [ruleView(create(world, input))] }),
    DescribeRules: ({ ListenerArn, RuleArns, Marker: token, PageSize: size }) => {
      if ((ListenerArn === undefined) === (RuleArns === undefined)) {
        throw new AwsError('ValidationError', 'You must specify either listener rule ARNs or a listener ARN')
      }
      const found =
        RuleArns?.map(arn => ruleWith(world, arn)) ?? rulesOf(world, listenerWith(world, ListenerArn).arn)
      const { page, nextToken } = pageOf(found, {
        token,
        size,
        largest: 400,
        invalidToken: 'ValidationError',
      })
      return { Rules: page.map(ruleView), NextMarker: nextToken }
    },
    ModifyRule: ({ RuleArn, Conditions, Actions, Transforms, ResetTransforms = false }) => {
      const rule = ruleWith(world, RuleArn)
      if (rule.priority === 'default' && Conditions !== undefined) {
        throw new AwsError('OperationNotPermittedException', `Default rule '${rule.arn}' cannot be modified`)
      }
      // Each list that is given replaces the whole list.
      if (Actions !== undefined) rule.actions = normalActions(world, Actions)
      if (Conditions !== undefined) rule.conditions = structuredClone(Conditions)
      if (Transforms !== undefined) rule.transforms = structuredClone(Transforms)
      if (ResetTransforms) rule.transforms = []
      return { Rules: [ruleView(rule)] }
    },
    DeleteRule: ({ RuleArn }) => {
      const rule = ruleWith(world, RuleArn)
      if (rule.priority === 'default') {
        throw new AwsError('OperationNotPermittedException', `Default rule '${rule.arn}' cannot be deleted`)
      }
      delete rules[rule.arn]
      return {}
    },
  }
}

function create(world: World, input: elbv2.CreateRuleInput): RuleRecord {
  const { arn: listenerArn } = listenerWith(world, input.ListenerArn)
  const { Priority: priority = 1, Conditions: conditions = [], Transforms: transforms = [] } = input
  if (rulesOf(world, listenerArn).some(rule => rule.priority === priority)) {
    throw new AwsError('PriorityInUseException', `Priority '${priority}' is currently in use`)
  }
  if (priority < 1 || priority > 50_000) {
    throw new AwsError('ValidationError', `Priority '${priority}' must be between 1 and 50000`)
  }
  const rule: RuleRecord = {
    arn: `${listenerArn.replace(':listener/', ':listener-rule/')}/${elbId(world)}`,
    listenerArn,
    priority,
    conditions: structuredClone(conditions),
    actions: normalActions(world, input.Actions),
    transforms: structuredClone(transforms),
  }
  world.state.elbv2.rules[rule.arn] = rule
  rememberTags(world, rule.arn, input.Tags)
  return rule
}
