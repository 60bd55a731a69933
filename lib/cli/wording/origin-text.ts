import type { Deployment } from '../../deployment/deployment.ts'

/** Which earlier deployment it brings back, starts anew, or brings from elsewhere; empty where it is a version of its own. */
export function originText({ restores, promotedFrom, trigger }: Deployment): string {
  if (promotedFrom !== undefined) return `promoted from ${promotedFrom.app}: ${promotedFrom.id}`
  if (restores === undefined) return ''
  return trigger === 'rollback' ? `brings back ${restores}` : `starts ${restores} anew`
}
