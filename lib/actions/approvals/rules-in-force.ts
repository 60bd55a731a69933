import type { ApprovalRule } from '../../deployment/approval.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import { parameterPath } from '../../names/aws.ts'
import type { Match } from '../../policy/judge.ts'
import type { Cluster, Ports } from '../ports.ts'
import { Trouble } from '../trouble.ts'
import { judgePlan } from './judge-plan.ts'
import { readPolicies } from './read-policies.ts'

type RulesPorts = Pick<Ports, 'ecs' | 'parameters' | 'identity' | 'imageStore'>

/**
 * Whose yes the policies want now for a deployment that waits: those that it was held up by, as they are by now, and those that have come
 * since. Policies are judged anew when it is started, and whoever they name then must have been able to say yes. As recorded, where whoever
 * approves may not read them.
 */
export async function rulesInForce(record: Deployment, ports: RulesPorts): Promise<readonly ApprovalRule[]> {
  const { rules: recorded = [] } = record.approval ?? {}
  const found = await place(record, ports)
  if (found === undefined) return recorded
  const policies = readPolicies(found.parameters, record.app)
  // What holds up one process of a deploy holds up all of them: a rule need not match this one.
  const kept = recorded.flatMap(({ policy, because }) =>
    policies
      .filter(({ name, effect }) => name === policy && effect === 'require_approval')
      .map(present => ruleOf({ policy: present, because })),
  )
  const judgement = await judgePlan(
    { processes: [{ is: 'planned', ...record }] },
    { request: requestOf(record), gathered: found, ports, requester: requesterOf(record) },
  )
  const added = (judgement?.needsApproval ?? []).map(ruleOf)
  return [...kept, ...added.filter(({ policy }) => kept.every(rule => rule.policy !== policy))]
}

/** What a policy wants that asks for an approval. */
export function ruleOf({ policy, because }: Match): ApprovalRule {
  const { name, approvals = 1, approvers = [] } = policy
  return { policy: name, because, approvals, approvers }
}

type Place = { readonly cluster: Cluster; readonly parameters: ReadonlyMap<string, string> }

async function place({ app }: Deployment, { ecs, parameters }: RulesPorts): Promise<Place | undefined> {
  try {
    const [cluster, settings] = await Promise.all([ecs.cluster(app), parameters.under(parameterPath(app))])
    return cluster && { cluster, parameters: settings }
  } catch (error) {
    if (error instanceof Trouble && error.kind === 'denied') return undefined
    throw error
  }
}

function requestOf({ trigger, gitRef, overridden }: Deployment): Parameters<typeof judgePlan>[1]['request'] {
  return {
    trigger,
    ...(gitRef !== undefined && { gitRef }),
    ...(overridden && { override: overridden.reason, overrides: overridden.policies }),
  }
}

function requesterOf({ caller, approval }: Deployment): { arn: string; userId: string } {
  return { arn: caller, userId: approval?.requester ?? '' }
}
