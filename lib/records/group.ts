import type { Instant } from '../deployment/state.ts'

/** The deployments that one command made. Its status is a function of theirs (projections.ts). */
export type Group = {
  readonly id: string
  readonly app: string
  readonly initiator?: string
  /** ARN of the AWS identity that ran the command. */
  readonly caller: string
  readonly createdAt: Instant
  readonly members: readonly { readonly app: string; readonly id: string }[]
}
