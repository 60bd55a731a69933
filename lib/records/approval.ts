import type { GivenApproval } from '../deployment/approval.ts'

/**
 * What an approver wrote down for one deployment, in a partition that is theirs alone: IAM can fence it (`dynamodb:LeadingKeys` that end in
 * `${aws:userid}`), so nobody writes it in another one's name. It holds for one image and one task definition.
 */
export type ApprovalItem = GivenApproval & {
  readonly app: string
  readonly deploymentId: string
  readonly imageDigest: string
  /** Fingerprint of the task definition. */
  readonly definition: string
}
