import type { Deployment } from '../../deployment/deployment.ts'

/** Which earlier deployment it brings back, or brings from elsewhere; empty where it is neither a rollback nor a promotion. */
export function originText({ restores, promotedFrom }: Deployment): string {
  if (promotedFrom !== undefined) return `promoted from ${promotedFrom.app}: ${promotedFrom.id}`
  return restores === undefined ? '' : `brings back ${restores}`
}
