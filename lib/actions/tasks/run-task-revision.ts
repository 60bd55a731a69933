import type { TaskDefinition } from '../../deployment/task-definition.ts'
import { runFamily, tagKeys } from '../../names/aws.ts'
import type { Ports } from '../ports.ts'
import { Trouble } from '../trouble.ts'

export type RunRevision = {
  readonly app: string
  readonly process: string
  /** What it is made from. */
  readonly from: TaskDefinition
  readonly container: string
  readonly repository: string
  readonly digest: string
  readonly dockerTag: string
}

/**
 * Registers a revision for one-off tasks alone, and hands it over. It is deregistered afterwards: what runs goes on. One that is left over,
 * since its command was killed, is in nobody's way.
 */
export async function withRunRevision<Result>(
  { app, process, from, container, repository, digest, dockerTag }: RunRevision,
  { ecs }: Pick<Ports, 'ecs'>,
  work: (definition: TaskDefinition) => Promise<Result>,
): Promise<Result> {
  const arn = await ecs.registerTaskDefinition({
    family: runFamily(app, process),
    from,
    container,
    image: `${repository}@${digest}`,
    tags: { [tagKeys.dockerTag]: dockerTag.replaceAll(/[^\p{L}\p{N} +\-=._:/@]/gu, '_').slice(0, 256) },
  })
  try {
    return await work({ ...from, arn })
  } finally {
    await ecs.deregisterTaskDefinition(arn).catch(leftThere)
  }
}

function leftThere(error: unknown): void {
  if (!(error instanceof Trouble)) throw error
}
