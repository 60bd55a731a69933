import { tagKeys } from '../../names/aws.ts'
import type { Cluster } from '../ports.ts'

/** The environment that a cluster says it is, by its tag; an empty one says as little as none. */
export function environmentOf({ tags }: Pick<Cluster, 'tags'>): string | undefined {
  return tags[tagKeys.environment] || undefined
}
