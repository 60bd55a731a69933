import type { Deployment } from '../../deployment/deployment.ts'
import type { Audit } from '../../records/audit.ts'
import type { Warning } from '../events.ts'
import type { Judgement } from './judge-plan.ts'

/** Policies that a deploy goes past, for a reason, are said aloud. */
export function overriddenWarning(
  { overridden, who }: Judgement,
  reason = '',
): Warning & { readonly is: 'overridden' } {
  const policies = overridden.map(({ policy }) => policy.name)
  return { is: 'overridden', policies, by: who.arn, reason }
}

/** The same for the audit log. */
export function tellOverrides(deployments: readonly Deployment[], audit: Audit): void {
  for (const { app, process, id, groupId, overridden } of deployments) {
    if (overridden === undefined) continue
    const { reason, policies } = overridden
    const details = { policies: policies.join(', ') }
    audit.tell({ is: 'override', app, process, deploymentId: id, groupId, reason, details })
  }
}
