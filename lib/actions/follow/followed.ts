import type { Deployment } from '../../deployment/deployment.ts'
import type { Stored } from '../../records/records.ts'
import type { DeploymentConfiguration } from '../../strategy/deployment-configuration.ts'

/** A deployment while it is followed. Only its follower changes it. */
export type Followed = {
  stored: Stored<Deployment>
  /** Absent where it is only watched: a follower without it never asks ECS for anything. */
  configuration?: DeploymentConfiguration
  /** ECS has heard that it should go back. */
  hasAskedBack?: boolean
  /** What it leaves in ECS was put away, or could not be, while ECS was turning it back: its end says which. */
  hasTidiedEarly?: boolean
  /** ECS is still to be asked for it. */
  isApplying?: boolean
  isFinal?: boolean
  /** How it stands can no longer be known, and why. */
  lostBecause?: string
}
