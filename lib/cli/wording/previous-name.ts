import type { Previous } from '../../deployment/deployment.ts'
import { revisionName } from '../../deployment/task-definition.ts'
import { shortDigest } from './short-digest.ts'

/** What people call what ran before: its tag, else its digest, else its revision; or what CDK put there until the first deploy. */
export function previousName({ dockerTag, imageDigest, taskDefinition, isPlaceholder }: Previous): string {
  if (isPlaceholder === true) return 'the placeholder'
  if (dockerTag !== undefined) return dockerTag
  return imageDigest === undefined ? revisionName(taskDefinition) : shortDigest(imageDigest)
}
