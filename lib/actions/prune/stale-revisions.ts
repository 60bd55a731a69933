import { revisionName } from '../../deployment/task-definition.ts'
import { tagKeys } from '../../names/aws.ts'
import type { Ports, Tags } from '../ports.ts'

export type RevisionFacts = {
  /** Of the process's service. */
  readonly tags: Tags
  /** ARN of the revision that runs. */
  readonly running: string
  /** ARNs of revisions that something runs or may go back to; asked for where it matters. */
  readonly needed: () => Promise<ReadonlySet<string>>
  readonly keep: number
  /** At most so many, the oldest first. */
  readonly limit: number
}

/**
 * Revisions of a process beyond the newest `keep` that tapit registered and nothing needs. Only where the service has a template: there
 * schedules name the family and not a revision (constructs/scheduled-process.ts), elsewhere somebody's schedule may be pinned to one.
 */
export async function staleRevisions(
  { tags, running, needed, keep, limit }: RevisionFacts,
  { ecs }: Pick<Ports, 'ecs'>,
): Promise<readonly string[]> {
  const { [tagKeys.template]: template } = tags
  const { family, number } = partsOf(running)
  // Numbers are never given twice: there cannot be more revisions than the last one's.
  if (template === undefined || template === family || number <= keep) return []
  const beyond = (await ecs.activeRevisions(family)).slice(keep)
  const older = beyond.filter(arn => partsOf(arn).number < number).toReversed()
  if (older.length === 0) return []
  const staying = await needed()
  const found: string[] = []
  for (const arn of older.filter(each => !staying.has(each))) {
    if (found.length >= limit) break
    const isOurs = (await ecs.taskDefinition(arn))?.tags[tagKeys.deployment] !== undefined
    if (isOurs) found.push(arn)
  }
  return found
}

/** Of `shop-worker:42`. */
function partsOf(arn: string): { readonly family: string; readonly number: number } {
  const [family = '', number] = revisionName(arn).split(':')
  return { family, number: Number(number) }
}
