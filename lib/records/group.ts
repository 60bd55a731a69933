import type { Instant } from '../deployment/state.ts'

/** Where an app is. Absent where a group is of one app alone: it is where its record is. */
export type AppPlace = { readonly region?: string; readonly account?: string }

/** A deployment of a group. Of a group over several apps it also says of which process, and where it is. */
export type GroupMember = AppPlace & { readonly app: string; readonly id: string; readonly process?: string }

/** The deployments that one command made. Its status is a function of theirs (projections.ts). */
export type Group = AppPlace & {
  readonly id: string
  readonly app: string
  readonly initiator?: string
  /** ARN of the AWS identity that ran the command. */
  readonly caller: string
  readonly createdAt: Instant
  /** Also those of other apps, which are recorded where these are. */
  readonly members: readonly GroupMember[]
}
