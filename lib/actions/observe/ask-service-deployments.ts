import type { ServiceDeployment } from '../ports.ts'
import { askEach } from './ask-each.ts'
import { type FoundServiceDeployment, type Scope, perCall } from './scope.ts'

export type Asked<Found> = {
  readonly found: readonly Found[]
  /** By ARN, why ECS refused to show it. */
  readonly refused: ReadonlyMap<string, string>
  /** Whether every call answered: what is not found is not there. */
  readonly isComplete: boolean
}

/** Asks for service deployments, twenty a call. */
export async function askServiceDeployments(
  arns: readonly string[],
  { ecs, reads }: Scope,
): Promise<Asked<ServiceDeployment>> {
  const { answers, refused, isComplete } = await askEach([...new Set(arns)], {
    size: perCall.serviceDeployments,
    reads,
    ask: batch => ecs.serviceDeployments(batch),
  })
  return { found: answers.flatMap(({ answer }) => answer), refused, isComplete }
}

/** The same, each with the task definition that it goes to: by its service revision, which AWS documents and which never changes. */
export async function identifyServiceDeployments(
  arns: readonly string[],
  scope: Scope,
): Promise<Asked<FoundServiceDeployment>> {
  const { ecs, reads, revisions } = scope
  const { found, refused, isComplete } = await askServiceDeployments(arns, scope)
  const unknown = found.flatMap(({ targetRevision }) =>
    targetRevision === undefined || revisions.has(targetRevision) ? [] : [targetRevision],
  )
  const asked = await askEach([...new Set(unknown)], {
    size: perCall.serviceRevisions,
    reads,
    ask: batch => ecs.serviceRevisions(batch),
  })
  for (const { arn, taskDefinition } of asked.answers.flatMap(({ answer }) => answer))
    revisions.set(arn, taskDefinition)
  return {
    found: found.map(each => ({
      ...each,
      taskDefinition: each.targetRevision === undefined ? undefined : revisions.get(each.targetRevision),
    })),
    refused,
    isComplete: isComplete && asked.isComplete,
  }
}
