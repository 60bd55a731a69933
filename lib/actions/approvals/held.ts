import type { Approval, Overridden } from '../../deployment/approval.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import type { State } from '../../deployment/state.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Match } from '../../policy/judge.ts'
import type { PlannedProcess } from '../plan/plan.ts'
import type { DeployRequest } from '../plan/request.ts'
import { definitionFingerprint } from './definition-fingerprint.ts'
import type { Judgement } from './judge-plan.ts'
import { ruleOf } from './rules-in-force.ts'

const minute = 60_000
const defaultReplyMinutes = 24 * 60
const defaultExecuteMinutes = 60

/** What the record of a deployment keeps of how it was judged. */
export function judgedFields(
  judgement: Judgement | undefined,
  { override }: Pick<DeployRequest, 'override'>,
): Pick<Deployment, 'judgedBy' | 'overridden'> {
  if (judgement === undefined) return {}
  const { policies, overridden: passed, who } = judgement
  const overridden: Overridden | undefined =
    passed.length === 0 || override === undefined
      ? undefined
      : { policies: passed.map(nameOf), by: who.arn, reason: override, at: who.at }
  return { judgedBy: policies, ...(overridden && { overridden }) }
}

/** The record of a deployment that a policy forbids: it begins where it ends. */
export function denied(deployment: Deployment, judgement: Pick<Judgement, 'denied'>, at: number): Deployment {
  const state: State = {
    is: 'denied',
    policy: judgement.denied.map(nameOf).join(', '),
    because: 'policy',
    reason: reasonOf(judgement.denied),
  }
  return { ...deployment, state, timeline: [{ is: 'denied', at }] }
}

/** The record of a deployment that waits until somebody has approved it. */
export function awaiting(
  deployment: Deployment,
  plan: PlannedProcess,
  { judgement, request, at }: { judgement: Judgement; request: DeployRequest; at: number },
): Deployment {
  if (plan.imageDigest === undefined) throw needsImage(judgement.needsApproval)
  const { needsApproval, who } = judgement
  const policies = needsApproval.map(({ policy }) => policy)
  const replyWithin = Math.min(
    ...policies.map(({ timeToReplyMinutes = defaultReplyMinutes }) => timeToReplyMinutes * minute),
  )
  const executeWithin = Math.min(
    ...policies.map(
      ({ allowedTimeToExecuteMinutes = defaultExecuteMinutes }) => allowedTimeToExecuteMinutes * minute,
    ),
  )
  const taskDefinition = request.pinned?.get(plan.process)?.taskDefinition
  const approval: Approval = {
    rules: needsApproval.map(ruleOf),
    requester: who.userId,
    definition: definitionFingerprint(plan),
    asked: {
      ...(request.strategy && { strategy: request.strategy }),
      ...(taskDefinition !== undefined && { taskDefinition }),
    },
    executeWithin,
    given: [],
  }
  const state: State = {
    is: 'awaiting_approval',
    policy: policies.map(({ name }) => name).join(', '),
    until: who.at + replyWithin,
  }
  return { ...deployment, approval, state, timeline: [{ is: 'awaiting_approval', at }] }
}

/** `holiday-freeze: in production, until 2027-01-02T00:00:00Z` */
export function reasonOf(matches: readonly Match[]): string {
  return matches.map(({ policy, because }) => `${policy.name}: ${because}`).join('; ')
}

function nameOf({ policy }: Match): string {
  return policy.name
}

/** Nobody approves what is not there yet. */
export function needsImage(matches: readonly Match[]): Refusal {
  return new Refusal({
    code: 'approval_needs_image',
    exit: 'waiting',
    message: `${matches.map(nameOf).join(', ')} wants an approval, and that is given for an image: this one is not built yet.`,
    advice:
      'Build it first (tapit image build), then tapit create deploy docker_tag=… asks for the approval.',
  })
}
