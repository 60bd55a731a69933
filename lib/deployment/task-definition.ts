import type { LogPointer } from './failure.ts'

/** A task-definition revision: what the plan needs of it, and the whole of it to register the next one from. */
export type TaskDefinition = {
  readonly arn: string
  readonly family: string
  readonly revision: number
  /** INACTIVE revisions cannot be deployed. */
  readonly isActive: boolean
  readonly containers: readonly Container[]
  /** `X86_64` or `ARM64`; absent where neither the definition nor Fargate's default says it: then the instances do. */
  readonly cpuArchitecture?: string
  readonly tags: Readonly<Record<string, string>>
  /** As AWS answered it; opaque, and never printed with values. */
  readonly definition: Readonly<Record<string, unknown>>
}

export type Container = {
  readonly name: string
  readonly image: string
  readonly essential: boolean
  readonly hasHealthCheck: boolean
  /** How long its health check may take to say no: start period + interval × retries, in milliseconds. */
  readonly healthCheckLimit?: number
  /** Where its log goes, with the awslogs driver; the stream is `<prefix>/<container>/<task id>`. */
  readonly log?: { readonly group: string; readonly prefix?: string; readonly region?: string }
}

/** Members of a definition that ECS assigns: they differ between any two revisions, and cannot be registered. */
export const assignedByEcs: ReadonlySet<string> = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
])

/** The log of one task's container; absent where the container logs elsewhere. */
export function logOf({ name, log }: Container, taskId: string): LogPointer | undefined {
  if (log?.prefix === undefined) return undefined
  return {
    group: log.group,
    stream: `${log.prefix}/${name}/${taskId}`,
    ...(log.region !== undefined && { region: log.region }),
  }
}

/** `shop-worker:42` of a revision's ARN. */
export function revisionName(taskDefinitionArn: string): string {
  return taskDefinitionArn.slice(taskDefinitionArn.lastIndexOf('/') + 1)
}
