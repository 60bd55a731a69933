import type { Overrides } from './deployment.ts'
import type { Instant } from './state.ts'

/** What a deployment was asked to be, and what policies said of that. An approval holds for one image and one task definition. */
export type Approval = {
  /** One of each policy that wants one. */
  readonly rules: readonly ApprovalRule[]
  /** `aws:userid` of whoever asked for the deployment: they do not approve it. */
  readonly requester: string
  /** Fingerprint of the task definition that would run. */
  readonly definition: string
  /** What else it was asked to be: with it the same deployment is planned again. */
  readonly asked: Asked
  /** How long it may wait to be started once it is approved, in milliseconds. */
  readonly executeWithin: number
  /** Oldest first; of each person one. */
  readonly given: readonly GivenApproval[]
  /** All rules are met since; it must be started before `executeUntil`. */
  readonly met?: { readonly at: Instant; readonly executeUntil: Instant }
  /** ARN of whoever started it then. */
  readonly startedBy?: string
}

export type ApprovalRule = {
  readonly policy: string
  /** Why the policy holds for this deployment. */
  readonly because: string
  /** How many must approve. */
  readonly approvals: number
  /** `111122223333:role/senior-*`. */
  readonly approvers: readonly string[]
}

export type GivenApproval = {
  /** ARN. */
  readonly by: string
  /** `aws:userid`. */
  readonly userId: string
  /** By AWS's clock. */
  readonly at: Instant
  readonly message?: string
}

export type Asked = {
  readonly strategy?: { readonly name?: string; readonly overrides?: Overrides }
  /** ARN of an earlier revision that it is to run with. */
  readonly taskDefinition?: string
}

/** Policies that somebody went past: break-glass. */
export type Overridden = {
  readonly policies: readonly string[]
  /** ARN. */
  readonly by: string
  readonly reason: string
  /** By AWS's clock. */
  readonly at: Instant
}
