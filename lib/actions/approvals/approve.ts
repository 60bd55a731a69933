import type { Approval, GivenApproval } from '../../deployment/approval.ts'
import { type Deployment, enter } from '../../deployment/deployment.ts'
import { statusOf } from '../../deployment/projections.ts'
import { Refusal } from '../../names/refusal.ts'
import { type Person, isSamePerson } from '../../policy/is-same-person.ts'
import type { Stored } from '../../records/records.ts'
import { keep } from '../keep.ts'
import type { Ports, WhoIs } from '../ports.ts'
import { approveCommand } from './approve-command.ts'
import { refuseOtherImage } from './refuse-other-image.ts'
import { rulesInForce } from './rules-in-force.ts'
import { giver, isApprover, rulesLeft } from './rules-met.ts'
import { expiry } from './settle-expired.ts'

export type Word = {
  readonly who: WhoIs
  readonly message?: string
  /** How the digests begin of what is approved. @default - whatever waits */
  readonly images?: readonly string[]
  readonly ports: Pick<
    Ports,
    'records' | 'clock' | 'audit' | 'ecs' | 'parameters' | 'identity' | 'imageStore'
  >
}

/**
 * Writes down that somebody approves a deployment: first in their own partition, which only they can write, then in the record of the
 * deployment, which says where to look. Where another one decides at the same moment, the record is read again and judged anew.
 */
export async function approve(stored: Stored<Deployment>, word: Word): Promise<Stored<Deployment>> {
  const { who, message, images, ports } = word
  const { record } = await stillWaiting(stored, word)
  const { approval: recorded, imageDigest, app, id } = record
  if (recorded === undefined || imageDigest === undefined) return refuseNotWaiting(record)
  refuseOtherImage(record, images)
  const approval = { ...recorded, rules: await rulesInForce(record, ports) }
  refuseUnfit(record, approval, who)
  const given: GivenApproval = {
    by: who.arn,
    userId: who.userId,
    at: who.at,
    ...(message !== undefined && { message }),
  }
  await ports.records.createApproval({
    ...given,
    app,
    deploymentId: id,
    imageDigest,
    definition: approval.definition,
  })
  const next: Deployment = { ...record, approval: withApproval(approval, given, who.at) }
  const kept = await keep(ports.records, stored, next)
  // Somebody else wrote in between: whether it still waits, and for whom, is another question now.
  if (kept.record.approval?.given.some(({ userId }) => userId === who.userId) !== true)
    return approve(kept, word)
  tell('approval', kept.record, word)
  return kept
}

/** Writes down that somebody denies it: it ends. */
export async function deny(stored: Stored<Deployment>, word: Word): Promise<Stored<Deployment>> {
  const { who, message, ports } = word
  const { record } = await stillWaiting(stored, word)
  const { approval, state } = record
  if (approval === undefined || state.is !== 'awaiting_approval') return refuseNotWaiting(record)
  if (!isSamePerson(who, requesterIn(record, approval))) {
    const rules = [...approval.rules, ...(await rulesInForce(record, ports))]
    refuseStranger(record, { rules }, who)
  }
  const kept = await keep(
    ports.records,
    stored,
    enter(
      record,
      {
        is: 'denied',
        policy: state.policy,
        because: 'person',
        by: who.arn,
        ...(message !== undefined && { reason: message }),
      },
      ports.clock.now(),
    ),
  )
  if (kept.record.state.is === 'awaiting_approval') return deny(kept, word)
  if (kept.record.state.is !== 'denied') return refuseNotWaiting(kept.record)
  tell('denial', kept.record, word)
  return kept
}

function withApproval(approval: Approval, given: GivenApproval, at: number): Approval {
  const all = [...approval.given, given]
  const isMetBy = (words: readonly GivenApproval[]): boolean => rulesLeft(approval.rules, words).length === 0
  const { met: before, ...rest } = approval
  // One more yes gives it no more time. Where policies want more than they did, what was enough for them then is not.
  const known = isMetBy(approval.given) ? before : undefined
  const met = known ?? { at, executeUntil: at + approval.executeWithin }
  return { ...rest, given: all, ...(isMetBy(all) && { met }) }
}

async function stillWaiting(stored: Stored<Deployment>, { who, ports }: Word): Promise<Stored<Deployment>> {
  const { record } = stored
  if (record.state.is !== 'awaiting_approval') refuseNotWaiting(record)
  const over = expiry(record, who.at)
  if (over === undefined) return stored
  const ended = await keep(ports.records, stored, enter(record, over, ports.clock.now()))
  return refuseNotWaiting(ended.record)
}

function refuseUnfit(record: Deployment, approval: Approval, who: WhoIs): void {
  const { app, id, process } = record
  if (approval.rules.length === 0)
    throw new Refusal({
      code: 'approval_not_needed',
      message: `no policy in force wants an approval of ${id} of ${process} any more.`,
      advice: `Start it: tapit -a ${app} execute deploy id=${id}`,
    })
  if (isSamePerson(who, requesterIn(record, approval)))
    throw new Refusal({
      code: 'own_deployment',
      message: `${id} of ${process} is your own deployment (${record.caller}, ${approval.requester}, asked for it, and you are ${who.arn}, ${who.userId}): somebody else has to approve it.`,
      advice: `Ask ${approversText(approval)}: ${approveCommand(record)}`,
    })
  if (approval.given.some(each => isSamePerson(giver(each), who)))
    throw new Refusal({
      code: 'approved_already',
      message: `you have approved ${id} of ${process} already${approval.met === undefined ? ', and it needs more than one approval' : ''}.`,
      advice:
        approval.met === undefined
          ? `Ask ${approversText(approval)}: ${approveCommand(record)}`
          : `Start it: tapit -a ${app} execute deploy id=${id}`,
    })
  refuseStranger(record, approval, who)
}

/** Whoever asked for it, as their identity was recorded. */
function requesterIn({ caller }: Deployment, { requester }: Approval): Person {
  return { userId: requester, arn: caller }
}

function refuseStranger({ id, process }: Deployment, approval: Pick<Approval, 'rules'>, who: WhoIs): void {
  if (approval.rules.some(rule => isApprover(who.arn, rule))) return
  throw new Refusal({
    code: 'not_an_approver',
    message: `${who.arn} is none of those who decide on ${id} of ${process}.`,
    advice: `Allowed: ${approversText(approval)}.`,
  })
}

function approversText({ rules }: Pick<Approval, 'rules'>): string {
  return [...new Set(rules.flatMap(({ approvers }) => approvers))].join(', ')
}

function refuseNotWaiting({ app, id, process, state }: Deployment): never {
  const why = state.is === 'denied' && state.reason !== undefined ? `: ${state.reason}` : ''
  const isExpired =
    state.is === 'denied' && (state.because === 'no_reply' || state.because === 'not_executed')
  throw new Refusal({
    code: isExpired ? 'approval_expired' : 'not_waiting_for_approval',
    message: `${id} of ${process} does not wait for an approval${isExpired ? ' any more' : ''}, it is ${statusOf(state).replaceAll('_', ' ')}${why}.`,
    advice: `tapit -a ${app} show deploy id=${id}`,
  })
}

function tell(is: 'approval' | 'denial', { app, process, id, groupId }: Deployment, word: Word): void {
  word.ports.audit.tell({
    is,
    app,
    process,
    deploymentId: id,
    groupId,
    ...(word.message !== undefined && { reason: word.message }),
  })
}
