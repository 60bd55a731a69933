import type { Deployment } from '../../deployment/deployment.ts'

/** What is active in its place; empty while nothing is. */
export function replacedText({ replacedBy }: Pick<Deployment, 'replacedBy'>): string {
  if (replacedBy === undefined) return ''
  const how = replacedBy.trigger === 'rollback' ? 'rolled back by' : 'replaced by'
  return `${how} ${replacedBy.id}`
}
