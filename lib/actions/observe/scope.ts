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
  /** By cluster, how many calls it took last to read the tasks of all of it. */
  readonly costs: Map<string, number>
}

/** Items per call, as ECS allows. */
export const perCall = { services: 10, serviceDeployments: 20, serviceRevisions: 20, tasks: 100 } as const

/** The calls that it costs to read at most a hundred tasks. */
export const cheapestList = 2

/** The calls that a list of tasks took besides its first. */
export function furtherPages(arns: readonly string[]): number {
  return Math.max(0, Math.ceil(arns.length / perCall.tasks) - 1)
}

/** Whether an answer is older than `after` milliseconds, or was never given. */
export function isStale({ clock }: Scope, readAt: number | undefined, after: number): boolean {
  return readAt === undefined || clock.now() - readAt >= after
}

export type FoundServiceDeployment = ServiceDeployment & { readonly taskDefinition: string | undefined }
