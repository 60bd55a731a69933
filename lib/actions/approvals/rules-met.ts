import type { ApprovalRule, GivenApproval } from '../../deployment/approval.ts'
import { type Person, isSamePerson } from '../../policy/is-same-person.ts'
import { matchesPattern } from '../../policy/matches-pattern.ts'
import { principalOf } from '../../policy/principal-of.ts'

type Rule = Pick<ApprovalRule, 'policy' | 'approvals' | 'approvers'>

/** The rules that are not met yet, and how many are still missing of each. */
export function rulesLeft<Some extends Rule>(
  rules: readonly Some[],
  given: readonly GivenApproval[],
): readonly { readonly rule: Some; readonly missing: number }[] {
  const people = given.filter(
    (each, index) => given.findIndex(other => isSamePerson(giver(other), giver(each))) === index,
  )
  return rules
    .map(rule => ({
      rule,
      missing: rule.approvals - people.filter(({ by }) => isApprover(by, rule)).length,
    }))
    .filter(({ missing }) => missing > 0)
}

/** Who gave an approval. */
export function giver({ userId, by }: Pick<GivenApproval, 'userId' | 'by'>): Person {
  return { userId, arn: by }
}

/** Whether a rule lets this identity approve. */
export function isApprover(arn: string, { approvers }: Pick<Rule, 'approvers'>): boolean {
  const principal = principalOf(arn)
  return approvers.some(pattern => matchesPattern(principal, pattern))
}
