import { batches } from '../batches.ts'
import type { ServiceDeployment } from '../ports.ts'
import { type FoundServiceDeployment, type Scope, perCall } from './scope.ts'

/** Asks for service deployments, twenty a call. */
export async function askServiceDeployments(
  arns: readonly string[],
  { ecs, reads }: Scope,
): Promise<readonly ServiceDeployment[]> {
  const answers: ServiceDeployment[] = []
  for (const batch of batches([...new Set(arns)], perCall.serviceDeployments)) {
    answers.push(...((await reads.attempt(() => ecs.serviceDeployments(batch))) ?? []))
  }
  return answers
}

/** The same, each with the task definition that it goes to: by its service revision, which AWS documents and which never changes. */
export async function identifyServiceDeployments(
  arns: readonly string[],
  scope: Scope,
): Promise<readonly FoundServiceDeployment[]> {
  const { ecs, reads, revisions } = scope
  const found = await askServiceDeployments(arns, scope)
  const unknown = found.flatMap(({ targetRevision }) =>
    targetRevision === undefined || revisions.has(targetRevision) ? [] : [targetRevision],
  )
  for (const batch of batches([...new Set(unknown)], perCall.serviceRevisions)) {
    const answers = (await reads.attempt(() => ecs.serviceRevisions(batch))) ?? []
    for (const { arn, taskDefinition } of answers) revisions.set(arn, taskDefinition)
  }
  return found.map(each => ({
    ...each,
    taskDefinition: each.targetRevision === undefined ? undefined : revisions.get(each.targetRevision),
  }))
}
