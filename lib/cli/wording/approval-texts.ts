import { rulesLeft } from '../../actions/approvals/rules-met.ts'
import type { GivenApproval } from '../../deployment/approval.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import type { In } from '../../deployment/state.ts'
import { callerName } from './caller-name.ts'
import { commands } from './commands.ts'
import { counted } from './counted.ts'
import { digestsOf } from './digests-of.ts'
import { listed } from './listed.ts'
import { timeOfDay } from './time-of-day.ts'

/** What a deployment waits for that a policy holds up: whose yes, or, once it has that, to be started. */
export function waitsForText(
  { approval }: Deployment,
  { policy, until }: In<'awaiting_approval'>,
  now: number,
): string {
  const met = approval?.met
  if (met !== undefined)
    return `approved; somebody has to start it before ${timeOfDay(met.executeUntil, now)}`
  const left = approval === undefined ? [] : rulesLeft(approval.rules, approval.given)
  const wants =
    left.length === 0
      ? `policy ${policy} wants an approval`
      : left
          .map(
            ({ rule, missing }) =>
              `policy ${rule.policy} (${rule.because}) wants ${counted(missing, approval?.given.length === 0 ? 'approval' : 'more approval')} from ${listed(rule.approvers)}`,
          )
          .join('; ')
  return `${wants}, until ${timeOfDay(until, now)}`
}

/** That a deployment waits for somebody's yes, or to be started, and what to type; nothing where it does not. */
export function approvalTexts(deployment: Deployment, now: number): string[] {
  const { state, approval } = deployment
  if (state.is !== 'awaiting_approval') return []
  const waits = `it waits: ${waitsForText(deployment, state, now)}`
  return approval?.met === undefined
    ? [waits, `to approve it: ${commands.approveDeploy({ ...deployment, digests: digestsOf([deployment]) })}`]
    : [waits, `to start it: ${commands.executeDeploy(deployment)}`]
}

/** `senior/ada approved it: seen in staging` */
export function approvedText({ by, message }: GivenApproval): string {
  return `${callerName(by)} approved it${message === undefined ? '' : `: ${message}`}`
}

/** `denied by policy holiday-freeze: in production, until 2027-01-02T00:00:00Z` */
export function deniedText({ policy, because, by, reason }: In<'denied'>): string {
  switch (because) {
    case 'person':
      return `denied by ${by === undefined ? 'somebody' : callerName(by)}${reason === undefined ? '' : `: ${reason}`}`
    case 'no_reply':
    case 'not_executed':
      return `expired: ${reason ?? `policy ${policy}`}`
    case 'changed':
      return `its approval is void: ${reason ?? 'it has changed'}`
    case 'policy':
    case undefined:
      return `denied by policy ${reason ?? policy}`
  }
}

/** `overridden by senior/ada: holiday-freeze, because the site is down` */
export function overriddenText({ overridden }: Deployment): string {
  if (overridden === undefined) return ''
  const { policies, by, reason } = overridden
  return `${callerName(by)} went past ${listed(policies)} (override): ${reason}`
}
