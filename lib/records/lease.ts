import type { Instant } from '../deployment/state.ts'

/** The right to change one process, held by one command for a while and renewed while it works. */
export type Lease = {
  readonly app: string
  readonly process: string
  readonly deploymentId: string
  /** Random, one per command: only its holder renews or gives back a lease. */
  readonly holder: string
  /** Grows with every renewal; a version that does not change for `seconds` on the observer's own clock is a dead holder's. */
  readonly version: number
  readonly seconds: number
  readonly caller: string
  readonly initiator?: string
  readonly since: Instant
  /** Its holder is still building the image: ECS was not asked for anything yet. */
  readonly isBuilding?: boolean
  /** Its holder stops the process: the deployment that is named has long been live. */
  readonly isStopping?: boolean
  /** By the holder's clock: a hint only, clocks differ. */
  readonly renewedAt: Instant
}
