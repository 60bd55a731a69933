import type { SandboxClock } from './world.ts'

export type RateMeter = {
  /** Takes a token for the call, if its bucket has one. Calls without a published limit always pass. */
  allows(call: { readonly service: string; readonly operation: string }): boolean
}

/**
 * AWS's request throttling: one token bucket per kind of call.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html, and the quotas of ECR and CloudWatch Logs.
 */
export function rateMeter({ clock }: { clock: SandboxClock }): RateMeter {
  const levels = new Map<Bucket, { tokens: number; at: number }>()
  return {
    allows: ({ service, operation }) => {
      const bucket = buckets.find(it => it.service === service && it.operations.includes(operation))
      if (bucket === undefined) return true
      const at = clock.now()
      const level = levels.get(bucket) ?? { tokens: bucket.burst, at }
      const refilled = Math.min(bucket.burst, level.tokens + ((at - level.at) / 1000) * bucket.perSecond)
      const allowed = refilled >= 1
      levels.set(bucket, { tokens: allowed ? refilled - 1 : refilled, at })
      return allowed
    },
  }
}

type Bucket = {
  readonly service: string
  readonly operations: readonly string[]
  readonly burst: number
  readonly perSecond: number
}

const ecs = (burst: number, perSecond: number, ...operations: string[]): Bucket => ({
  service: 'ecs',
  operations,
  burst,
  perSecond,
})

const buckets: readonly Bucket[] = [
  ecs(100, 20, 'DescribeServices', 'ListServices', 'ListServicesByNamespace'),
  ecs(50, 5, 'CreateService', 'UpdateService', 'DeleteService'),
  ecs(50, 20, 'DescribeServiceDeployments', 'ListServiceDeployments'),
  ecs(50, 20, 'DescribeServiceRevisions'),
  ecs(20, 1, 'RegisterTaskDefinition', 'DeregisterTaskDefinition'),
  ecs(50, 20, 'DescribeTaskDefinition', 'ListTaskDefinitions', 'ListTaskDefinitionFamilies'),
  ecs(5, 1, 'DeleteTaskDefinitions'),
  ecs(100, 20, 'DescribeTasks', 'ListTasks'),
  ecs(100, 40, 'RunTask', 'StopTask', 'ExecuteCommand'),
  ecs(50, 20, 'DescribeClusters', 'ListClusters'),
  ecs(20, 10, 'TagResource', 'UntagResource', 'ListTagsForResource'),
  { service: 'ecr', operations: ['GetAuthorizationToken'], burst: 200, perSecond: 20 },
  { service: 'logs', operations: ['FilterLogEvents'], burst: 10, perSecond: 10 },
  { service: 'logs', operations: ['GetLogEvents'], burst: 25, perSecond: 25 },
]
