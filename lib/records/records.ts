import type { Deployment } from '../deployment/deployment.ts'
import type { DeploymentStatus } from '../names/vocabulary.ts'
import type { Instant } from '../deployment/state.ts'
import type { ApprovalItem } from './approval.ts'
import type { Group } from './group.ts'
import type { Lease } from './lease.ts'
import type { Pointer, StoppedPointer } from './pointer.ts'

/** A record and the version that the next write must name. */
export type Stored<Record> = { readonly record: Record; readonly version: number }

export type ListOptions = {
  readonly app: string
  readonly processes?: readonly string[]
  readonly status?: DeploymentStatus
  /** Who or what began them: as it was said, or the caller's ARN. */
  readonly initiator?: string
  /** Only those that were made then or later. */
  readonly since?: Instant
  readonly limit: number
  /** The `next` of the page before. */
  readonly from?: string
  /** One query, however little of what it looks at is asked for: a page may hold fewer, or none, and still have a `next`. */
  readonly isOneQuery?: boolean
}

/**
 * The history, the locks and the pointers: one table per account and region, conditional writes, no transactions. Reads are
 * strongly consistent. Every method fails with a Refusal `no_table` where there is no table yet.
 */
export type Records = {
  createGroup(group: Group): Promise<void>
  group(app: string, id: string): Promise<Group | undefined>
  newestGroup(app: string): Promise<Group | undefined>

  createDeployment(deployment: Deployment): Promise<Stored<Deployment>>
  /** Writes the next version; `conflict` if another command wrote in between, and nothing was written. */
  saveDeployment(deployment: Deployment, version: number): Promise<Stored<Deployment> | 'conflict'>
  deployment(app: string, id: string): Promise<Stored<Deployment> | undefined>
  deployments(app: string, ids: readonly string[]): Promise<readonly Stored<Deployment>[]>
  /** Newest first. */
  listDeployments(
    options: ListOptions,
  ): Promise<{ readonly deployments: readonly Stored<Deployment>[]; readonly next?: string }>

  /** Writes an approver's word into their own partition. Answers what stands there then: an earlier word of theirs stays. */
  createApproval(approval: ApprovalItem): Promise<ApprovalItem>
  /** Those of these approvers for one deployment, as they stand in their own partitions. */
  approvals(app: string, deploymentId: string, userIds: readonly string[]): Promise<readonly ApprovalItem[]>

  pointers(app: string): Promise<readonly Pointer[]>
  /** Whether it moved: not if a deployment that ECS created later already holds it. */
  movePointer(pointer: Pointer): Promise<boolean>

  /** Of the processes that are stopped. */
  stoppedPointers(app: string): Promise<readonly StoppedPointer[]>
  /** Makes it the pointer of a stopped process: `pointers` leaves it out from then on. Not if it names another deployment by now. */
  stopPointer(pointer: StoppedPointer): Promise<boolean>

  leases(app: string): Promise<readonly Lease[]>
  lease(app: string, process: string): Promise<Lease | undefined>
  /** Takes a free lease, or the one that still is at version `replacing`; else answers the lease that stands in the way. */
  takeLease(
    lease: Lease,
    replacing?: Lease,
  ): Promise<{ readonly taken: true } | { readonly taken: false; readonly held: Lease | undefined }>
  /** The lease with its next version; `lost` if somebody took it over. */
  renewLease(lease: Lease, now: number): Promise<Lease | 'lost'>
  /** Gives it back; nothing happens if somebody took it over. */
  releaseLease(lease: Lease): Promise<void>
}

/** Makes the table where CDK is not used (`tapit setup`). */
export type RecordsSetup = {
  /** `created` with point-in-time recovery and deletion protection, or `existed` and is fit for use. */
  ensureTable(): Promise<'created' | 'existed'>
  /** Whether the table can be had back as it was at any moment of the last 35 days. */
  isRecoverable(): Promise<boolean>
}
