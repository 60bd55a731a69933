import { AwsError } from '../../wire/aws-error.ts'
import type { Elbv2Handlers } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import { rememberTags } from '../remember-tags.ts'
import type { Immediate } from '../../ecs/immediate.ts'

type Operation = 'DescribeTags' | 'AddTags' | 'RemoveTags'

export function tagHandlers(world: World): Immediate<Elbv2Handlers, Operation> {
  return {
    DescribeTags: ({ ResourceArns = [] }) => ({
      TagDescriptions: ResourceArns.map(arn => {
        check(world, arn)
        const tags = Object.entries(world.state.elbv2.tags[arn] ?? {})
        return { ResourceArn: arn, Tags: tags.map(([Key, Value]) => ({ Key, Value })) }
      }),
    }),
    AddTags: ({ ResourceArns = [], Tags }) => {
      for (const arn of ResourceArns) check(world, arn)
      for (const arn of ResourceArns) rememberTags(world, arn, Tags)
      return {}
    },
    RemoveTags: ({ ResourceArns = [], TagKeys = [] }) => {
      for (const arn of ResourceArns) {
        check(world, arn)
        for (const key of TagKeys) delete world.state.elbv2.tags[arn]?.[key]
      }
      return {}
    },
  }
}

function check({ state }: World, arn: string): void {
  const { loadBalancers, listeners, rules, targetGroups } = state.elbv2
  if (arn in loadBalancers || arn in listeners || arn in rules || arn in targetGroups) return
  const kind = /:(loadbalancer|listener|listener-rule|targetgroup)\//.exec(arn)?.[1] ?? ''
  switch (kind) {
    case 'loadbalancer':
      throw new AwsError('LoadBalancerNotFoundException', `Load balancers '[${arn}]' not found`)
    case 'listener':
      throw new AwsError('ListenerNotFoundException', 'One or more listeners not found')
    case 'listener-rule':
      throw new AwsError('RuleNotFoundException', 'One or more rules not found')
    case 'targetgroup':
      throw new AwsError('TargetGroupNotFoundException', 'One or more target groups not found')
    default:
      throw new AwsError('ValidationError', `'${arn}' is not a valid ARN`)
  }
}
