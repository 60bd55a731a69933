import { AwsError } from '../../wire/aws-error.ts'
import type { ecs, EcsHandlers } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import { lastPart } from '../arn.ts'
import type { Immediate } from '../immediate.ts'

type Operation = 'TagResource' | 'UntagResource' | 'ListTagsForResource'

export function tagHandlers(world: World): Immediate<EcsHandlers, Operation> {
  return {
    TagResource: ({ resourceArn = '', tags = [] }) => {
      const resource = tagged(world, resourceArn)
      const keys = tags.map(({ key }) => key)
      resource.tags = [...resource.tags.filter(({ key }) => !keys.includes(key)), ...structuredClone(tags)]
      return {}
    },
    UntagResource: ({ resourceArn = '', tagKeys = [] }) => {
      const resource = tagged(world, resourceArn)
      resource.tags = resource.tags.filter(({ key = '' }) => !tagKeys.includes(key))
      return {}
    },
    ListTagsForResource: ({ resourceArn = '' }) => ({ tags: [...tagged(world, resourceArn).tags] }),
  }
}

function tagged({ state }: World, arn: string): { tags: readonly ecs.Tag[] } {
  const { clusters, services, taskDefinitions, tasks } = state.ecs
  const kind = /^arn:[\w-]+:ecs:[^:]*:\d*:([\w-]+)\//.exec(arn)?.[1] ?? ''
  switch (kind) {
    case 'cluster': {
      const cluster = clusters[lastPart(arn)]
      if (cluster?.status !== 'ACTIVE') throw new AwsError('ClusterNotFoundException', 'Cluster not found.')
      return cluster
    }
    case 'service':
    case 'task-definition':
    case 'task': {
      const found = services[arn] ?? taskDefinitions[arn] ?? tasks[arn]
      if (found === undefined) {
        throw new AwsError('InvalidParameterException', 'The specified resource was not found.')
      }
      return found
    }
    default:
      throw new AwsError('InvalidParameterException', 'Invalid identifier: the resource ARN is not valid.')
  }
}
