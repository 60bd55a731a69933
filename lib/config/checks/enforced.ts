import { approverRoleName, deployRoleName } from '../../names/aws.ts'
import type { Mistake, Path } from '../mistakes/mistake.ts'
import { ownSettings } from '../resolve-app.ts'
import { quote } from '../wording/quote.ts'
import type { View } from './view.ts'

/** Where deployments are enforced, all of them want a yes, and somebody can give it who cannot be the one that asks. */
export function checkEnforced(view: View): readonly Mistake[] {
  const { enforced = false, approverRole } = ownSettings(view.settings, view.environment) ?? {}
  const path = ['environments', view.environment]
  if (!enforced) {
    return approverRole === undefined
      ? []
      : [
          {
            path: [...path, 'approverRole'],
            on: 'key',
            message: 'is not allowed without `enforced: true`, which makes that role.',
          },
        ]
  }
  if (approverRole === undefined)
    return [
      {
        path: [...path, 'enforced'],
        message:
          'true is not allowed without an approverRole: nobody could start a deployment. Allowed: with one, such as approverRole: { assumedBy: ["arn:aws:iam::111122223333:role/senior"] }.',
      },
    ]
  return [...checkPolicy(view, [...path, 'enforced']), ...checkAssumedBy(view, approverRole.assumedBy, path)]
}

/** What a policy asks about that whoever asks for the deployment can say as it pleases, or that leaves deployments out. */
const conditions = [
  'processes',
  'callers',
  'exceptCallers',
  'triggers',
  'strategies',
  'gitRefs',
  'exceptGitRefs',
  'severity',
  'from',
  'until',
] as const

function checkPolicy({ settings, environment, app }: View, path: Path): readonly Mistake[] {
  const asking = (settings.policies ?? []).filter(
    ({ effect, environments }) =>
      effect === 'require_approval' && (environments === undefined || environments.includes(environment)),
  )
  const binding = asking.filter(
    policy => policy.override !== true && conditions.every(key => policy[key] === undefined),
  )
  if (binding.length === 0)
    return [
      {
        path,
        message: `true is not allowed without a policy that asks for an approval of every deployment here${asking.length > 0 ? `: ${asking.map(({ name }) => name).join(', ')} can be gone past` : ''}. Allowed: with one of effect require_approval, with environments, approvers, approvals and times alone.`,
      },
    ]
  const role = approverRoleName(app.cluster)
  if (binding.some(policy => policy.approvers?.some(each => isRole(each, role, app.account)))) return []
  return [
    {
      path,
      message: `true is not allowed where nobody could approve: the approvers of ${binding.map(({ name }) => name).join(', ')} do not name the role that approvals are given with. Allowed: with "${app.account ?? '<account>'}:role/${role}" among them.`,
    },
  ]
}

function isRole(approver: string, role: string, account: string | undefined): boolean {
  const [where = '', who = '*'] = approver.split(':')
  const isHere = account === undefined || where.includes('*') || where === account
  return isHere && ['*', 'role/*', `role/${role}`].includes(who)
}

/** Whoever asks would approve. */
function checkAssumedBy({ app }: View, assumedBy: readonly string[], path: Path): readonly Mistake[] {
  return assumedBy.flatMap((arn, index) =>
    arn.endsWith(`/${deployRoleName(app.cluster)}`)
      ? [
          {
            path: [...path, 'approverRole', 'assumedBy', index],
            message: `${quote(arn)} is not allowed: it is the role that asks. Allowed: those of people.`,
          },
        ]
      : [],
  )
}
