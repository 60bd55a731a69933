import type { Deployment } from '../../deployment/deployment.ts'
import type { Restored } from '../../deployment/state.ts'
import { revisionName } from '../../deployment/task-definition.ts'
import { previousName } from './previous-name.ts'
import { shortDigest } from './short-digest.ts'

/** What runs after a rollback, as it was checked. */
export function restoredText({ previous }: Pick<Deployment, 'previous'>, restored: Restored): string {
  const revision = revisionName(restored.taskDefinition)
  if (restored.asBefore) {
    return `${previous === undefined ? revision : previousName(previous)} is running again (checked).`
  }
  const image = restored.imageDigest === undefined ? '' : ` (${shortDigest(restored.imageDigest)})`
  if (previous === undefined) return `${revision}${image} is running now.`
  const before = `${revisionName(previous.taskDefinition)}, ${previousName(previous)}`
  return `${revision}${image} is running now, which is not what ran before (${before}).`
}
