import type { Approval, GivenApproval } from '../../deployment/approval.ts'
import { type Deployment, enter } from '../../deployment/deployment.ts'
import { statusOf } from '../../deployment/projections.ts'
import { Refusal } from '../../names/refusal.ts'
import { isSamePerson } from '../../policy/is-same-person.ts'
import type { Stored } from '../../records/records.ts'
import { keep } from '../keep.ts'
import type { Ports, WhoIs } from '../ports.ts'
import { isApprover, rulesLeft } from './rules-met.ts'
import { expiry } from './settle-expired.ts'

export type Word = {
  readonly who: WhoIs
  readonly message?: string
  readonly ports: Pick<Ports, 'records' | 'clock' | 'audit'>
}

/**
 * Writes down that somebody approves a deployment: first in their own partition, which only they can write, then in the record of the
 * deployment, which says where to look. Where another one decides at the same moment, the record is read again and judged anew.
 */
export async function approve(stored: Stored<Deployment>, word: Word): Promise<Stored<Deployment>> {
  const { who, message, ports } = word
  const { record } = await stillWaiting(stored, word)
  const { approval, imageDigest, app, id } = record
  if (approval === undefined || imageDigest === undefined) return refuseNotWaiting(record)
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
  if (!isSamePerson(who.userId, approval.requester)) refuseStranger(record, approval, who)
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
  const isMet = rulesLeft(approval.rules, all).length === 0
  return {
    ...approval,
    given: all,
    // One more yes gives it no more time.
    ...(isMet && !approval.met && { met: { at, executeUntil: at + approval.executeWithin } }),
  }
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
  if (isSamePerson(who.userId, approval.requester))
    throw new Refusal({
      code: 'own_deployment',
      message: `${id} of ${process} is your own deployment (${approval.requester} asked for it, and you are ${who.userId}): somebody else has to approve it.`,
      advice: `Ask ${approversText(approval)}: tapit -a ${app} approve deploy id=${id}`,
    })
  if (approval.given.some(({ userId }) => isSamePerson(userId, who.userId)))
    throw new Refusal({
      code: 'approved_already',
      message: `you have approved ${id} of ${process} already${approval.met === undefined ? ', and it needs more than one approval' : ''}.`,
      advice:
        approval.met === undefined
          ? `Ask ${approversText(approval)}: tapit -a ${app} approve deploy id=${id}`
          : `Start it: tapit -a ${app} execute deploy id=${id}`,
    })
  refuseStranger(record, approval, who)
}

function refuseStranger({ id, process }: Deployment, approval: Approval, who: WhoIs): void {
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
