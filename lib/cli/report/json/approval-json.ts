import type { Deployment } from '../../../deployment/deployment.ts'
import { approvalOf } from '../../../deployment/projections.ts'
import type { Document } from './document.ts'
import { iso } from './iso.ts'
import { present } from './present.ts'

/** What policies say of a deployment, who approved it, and who went past them. */
export function approvalJson(deployment: Deployment): Document {
  const { state, approval, overridden } = deployment
  const isDenied = state.is === 'denied'
  return present({
    approval: approvalOf(deployment),
    approvalUntil: iso(
      approval?.met?.executeUntil ?? (state.is === 'awaiting_approval' ? state.until : undefined),
    ),
    approvalRules: approval?.rules.map(({ policy, because, approvals, approvers }) =>
      present({ policy, because, approvals, approvers }),
    ),
    approvals: approval?.given.map(({ by, at, message }) => present({ by, at: iso(at), message })),
    denied: isDenied
      ? present({
          policy: state.policy,
          because: state.because ?? 'policy',
          by: state.by,
          reason: state.reason,
        })
      : undefined,
    overridden:
      overridden === undefined
        ? undefined
        : present({
            policies: overridden.policies,
            by: overridden.by,
            reason: overridden.reason,
            at: iso(overridden.at),
          }),
  })
}
