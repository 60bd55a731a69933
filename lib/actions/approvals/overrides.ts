import type { Deployment } from '../../deployment/deployment.ts'
import type { Audit } from '../../records/audit.ts'
import type { Warning } from '../events.ts'
import type { DeployRequest } from '../plan/request.ts'
import type { Judgement } from './judge-plan.ts'

/** Policies that a deploy goes past, for a reason, are said aloud. */
export function overriddenWarning(
  { overridden, who }: Judgement,
  reason = '',
): Warning & { readonly is: 'overridden' } {
  const policies = overridden.map(({ policy }) => policy.name)
  return { is: 'overridden', policies, by: who.arn, reason }
}

/** What cannot be gone past is said too: whoever gives a reason should not wonder what became of it. */
export function notOverriddenWarnings(
  { denied, needsApproval }: Judgement,
  { override, overrides }: Pick<DeployRequest, 'override' | 'overrides'>,
): readonly Warning[] {
  const policies = [...denied, ...needsApproval].map(({ policy }) => policy.name)
  const isMeant = override !== undefined && overrides === undefined && policies.length > 0
  return isMeant ? [{ is: 'not_overridden', policies }] : []
}

/** What is gone past, for the audit log. */
export function tellOverrides(deployments: readonly Deployment[], audit: Audit): void {
  for (const { app, process, id, groupId, overridden } of deployments) {
    if (overridden === undefined) continue
    const { reason, policies } = overridden
    const details = { policies: policies.join(', ') }
    audit.tell({ is: 'override', app, process, deploymentId: id, groupId, reason, details })
  }
}
