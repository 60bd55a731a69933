import type { Previous } from '../../deployment/deployment.ts'
import { revisionName } from '../../deployment/task-definition.ts'
import { shortDigest } from './short-digest.ts'

/** What people call what ran before: its tag, else its digest, else its revision. */
export function previousName({ dockerTag, imageDigest, taskDefinition }: Previous): string {
  if (dockerTag !== undefined) return dockerTag
  return imageDigest === undefined ? revisionName(taskDefinition) : shortDigest(imageDigest)
}
