import { type Deployment, enter } from '../../deployment/deployment.ts'
import type { Cancellation } from '../../deployment/state.ts'
import { Refusal } from '../../names/refusal.ts'
import { isSamePerson } from '../../policy/is-same-person.ts'
import type { GivenApproval } from '../../deployment/approval.ts'
import type { Group } from '../../records/group.ts'
import type { Records, Stored } from '../../records/records.ts'
import { keep } from '../keep.ts'
import type { PlannedProcess } from '../plan/plan.ts'
import type { Ports, WhoIs } from '../ports.ts'
import { approveCommand } from './approve-command.ts'
import { definitionFingerprint } from './definition-fingerprint.ts'
import type { Judgement } from './judge-plan.ts'
import { Trouble } from '../trouble.ts'
import { ruleOf } from './rules-in-force.ts'
import { giver, rulesLeft } from './rules-met.ts'
import { settleExpired } from './settle-expired.ts'

/** Deployments that wait, and are to be started now. */
export type Approved = {
  readonly group: Group
  readonly stored: readonly Stored<Deployment>[]
}

export type TakeUpOptions = {
  readonly judgement: Judgement | undefined
  readonly ports: Pick<Ports, 'records' | 'identity' | 'clock'>
}

/** Who asked for them: it is their deployment, whoever starts it. */
export function requesterOf({ stored }: Approved): Pick<WhoIs, 'arn' | 'userId'> | undefined {
  const { caller, approval } = stored[0]?.record ?? {}
  return caller === undefined || approval === undefined
    ? undefined
    : { arn: caller, userId: approval.requester }
}

/**
 * The records of approved deployments as they begin, in the order of their plans, not yet written. Refuses unless everything is still as it
 * was approved, and the approvals are those that the policies in force ask for.
 */
export async function takeUp(
  { stored }: Approved,
  planned: readonly PlannedProcess[],
  options: TakeUpOptions,
): Promise<readonly Stored<Deployment>[]> {
  const present = await settleExpired(stored, options.ports)
  const begun = planned.map(plan => {
    const own = present.find(({ record }) => record.process === plan.process)
    if (own === undefined) throw new Error(`nothing waits for ${plan.process}`)
    return { plan, own }
  })
  for (const each of begun) await refuseUnfit(each.own, each.plan, options)
  const { clock, identity } = options.ports
  const startedBy = await identity.caller()
  return begun.map(({ own: { record, version } }) => ({
    record: enter(startedAs(record, startedBy), { is: 'preparing', step: 'register' }, clock.now()),
    version,
  }))
}

function startedAs({ approval, ...record }: Deployment, startedBy: string): Deployment {
  return { ...record, ...(approval && { approval: { ...approval, startedBy } }) }
}

/** Writes that it has begun: whoever decided otherwise in between, or began it too, was first. */
export async function begin(
  records: Pick<Records, 'saveDeployment' | 'deployment'>,
  deployment: Deployment,
  version: number,
): Promise<Stored<Deployment>> {
  const answer = await records.saveDeployment(deployment, version)
  if (answer !== 'conflict') return answer
  const present = await records.deployment(deployment.app, deployment.id)
  throw notWaiting(present?.record ?? deployment)
}

/** All or none: those that had begun when another of them could not are cancelled, before anything is asked of ECS. */
export async function takeBack(
  begun: readonly { readonly stored: Stored<Deployment> }[],
  { records, clock }: Pick<Ports, 'records' | 'clock'>,
): Promise<void> {
  for (const { stored } of begun) {
    const cancellation: Cancellation = {
      code: 'cancelled',
      reason: 'another one of its group could not be started',
    }
    const cancelled = enter(
      stored.record,
      { is: 'cancelled', reached: 'building', cancellation },
      clock.now(),
    )
    // Where that fails, whoever looks next sees that nobody goes on with it.
    await keep(records, stored, cancelled).catch(ignoreTrouble)
  }
}

function ignoreTrouble(error: unknown): void {
  if (!(error instanceof Trouble)) throw error
}

async function refuseUnfit(
  stored: Stored<Deployment>,
  plan: PlannedProcess,
  { judgement, ports }: TakeUpOptions,
): Promise<void> {
  const { record } = stored
  const { state, approval } = record
  if (state.is !== 'awaiting_approval' || approval === undefined) throw notWaiting(record)
  const what = changed(record, plan)
  if (what !== undefined) {
    const reason = `${what} since it was asked for`
    const { policy } = state
    await keep(
      ports.records,
      stored,
      enter(record, { is: 'denied', policy, because: 'changed', reason }, ports.clock.now()),
    )
    throw new Refusal({
      code: 'approval_void',
      exit: 'waiting',
      message: `the approval of ${record.id} (${record.process}) holds for one image and one task definition, and ${reason}.`,
      advice: `Ask again: tapit -a ${record.app} create deploy process=${record.process} docker_tag=${record.dockerTag}`,
    })
  }
  const verified = await verifiedApprovals(record, ports.records)
  const [left] = rulesLeft((judgement?.needsApproval ?? []).map(ruleOf), verified)
  if (left === undefined) return
  const { rule, missing } = left
  throw new Refusal({
    code: 'not_approved',
    exit: 'waiting',
    message: `${record.id} of ${record.process} is not approved: ${rule.policy} wants ${missing} more ${missing === 1 ? 'approval' : 'approvals'}.`,
    advice: `One of ${rule.approvers.join(', ')} can: ${approveCommand(record)}`,
  })
}

function changed({ imageDigest, approval }: Deployment, plan: PlannedProcess): string | undefined {
  if (plan.imageDigest !== imageDigest) return 'its image has changed'
  if (definitionFingerprint(plan) !== approval?.definition) return 'its task definition has changed'
  return undefined
}

/** Those that also stand in the partitions of the people who gave them, for this very image and task definition. */
async function verifiedApprovals(
  { app, id, imageDigest, approval, caller }: Deployment,
  records: Pick<Records, 'approvals'>,
): Promise<readonly GivenApproval[]> {
  if (approval === undefined) return []
  const { given, requester, definition } = approval
  const items = await records.approvals(
    app,
    id,
    given.map(({ userId }) => userId),
  )
  return items.filter(
    item =>
      item.deploymentId === id &&
      item.imageDigest === imageDigest &&
      item.definition === definition &&
      !isSamePerson(giver(item), { userId: requester, arn: caller }),
  )
}

function notWaiting({ app, id, process, state }: Deployment): Refusal {
  const why = state.is === 'denied' && state.reason !== undefined ? ` (${state.reason})` : ''
  const isDenied = state.is === 'denied'
  return new Refusal({
    code: isDenied ? 'approval_denied' : 'begun_already',
    exit: isDenied ? 'waiting' : 'refused',
    message: isDenied
      ? `${id} of ${process} was denied${why}.`
      : `${id} of ${process} does not wait any more: ${state.is === 'cancelled' ? 'it was cancelled' : 'another command has started it'}.`,
    advice: `tapit -a ${app} show deploy id=${id}`,
  })
}
