import type { Deployment } from '../../deployment/deployment.ts'
import type { Clock } from '../../names/clock.ts'
import type { Ecs, ServiceDeployment, Targets } from '../ports.ts'
import type { Reads } from './reads.ts'
import type { Watch } from './watch.ts'

/** What the parts of one observer share. */
export type Scope = {
  readonly ecs: Ecs
  readonly targets: Targets
  readonly clock: Clock
  readonly reads: Reads
  watchOf(deployment: Deployment): Watch
  /** Task definitions by ARN of the service revision: revisions never change. */
  readonly revisions: Map<string, string>
  /** ARNs of stopped tasks that are none of ours. */
  readonly foreignTasks: Set<string>
}

/** Items per call, as ECS allows. */
export const perCall = { services: 10, serviceDeployments: 20, serviceRevisions: 20, tasks: 100 } as const

/** Whether an answer is older than `after` milliseconds, or was never given. */
export function isStale({ clock }: Scope, readAt: number | undefined, after: number): boolean {
  return readAt === undefined || clock.now() - readAt >= after
}

export type FoundServiceDeployment = ServiceDeployment & { readonly taskDefinition: string | undefined }
