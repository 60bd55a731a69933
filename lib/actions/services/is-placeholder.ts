import type { TaskDefinition } from '../../deployment/task-definition.ts'
import { tagKeys } from '../../names/aws.ts'
import { repositoryOf, repositoryUri } from './image-of-process.ts'
import type { Cluster, Tags } from '../ports.ts'

/**
 * Whether a revision is what CDK lets a service run until its first deploy. It carries no tag that says so, since it must never be
 * replaced: it is known by what it lacks, an image out of the process's repository, on a service that CDK made (it names a template).
 */
export function isPlaceholder(
  definition: TaskDefinition,
  { tags, cluster }: { readonly tags: Tags; readonly cluster: Cluster },
): boolean {
  const { [tagKeys.template]: template, [tagKeys.repository]: repository } = tags
  if (template === undefined || repository === undefined) return false
  if (definition.tags[tagKeys.deployment] !== undefined) return false
  const own = repositoryUri(repository, cluster)
  return definition.containers.every(({ image }) => repositoryOf(image) !== own)
}
