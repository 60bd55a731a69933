import type { Deployment, Stop } from '../../deployment/deployment.ts'
import type { Failure } from '../../deployment/failure.ts'
import type { Instant, Pause } from '../../deployment/state.ts'
import type { Health, ProcessKind, PromotionStage } from '../../names/vocabulary.ts'

/** What runs of one process, as AWS says now, beside what the records say. */
export type ProcessStatus = {
  readonly process: string
  readonly kind: ProcessKind
  /** The tag it was deployed under; absent where what runs is not tapit's. */
  readonly dockerTag?: string
  readonly imageDigest?: string
  /** The active deployment. */
  readonly deploymentId?: string
  /** Of the deployment that is under way, else `active`; absent where nothing was ever deployed. */
  readonly stage?: PromotionStage
  /** Absent where no task is wanted and none runs. */
  readonly health?: Health
  readonly running: number
  readonly desired: number
  readonly url?: string
  /** Since when this version runs, or is stopped. */
  readonly since?: Instant
  readonly drift?: Drift
  /** Somebody has stopped it. */
  readonly stopped?: Pick<Stop, 'by' | 'reason' | 'at'>
  /** What runs is what CDK put there until the first deploy. */
  readonly isPlaceholder?: boolean
  /** A deployment that ECS is at and that tapit did not make. */
  readonly unrecorded?: { readonly status: string; readonly pause?: Pause }
  /** Why its tasks stop, where fewer run than wanted. */
  readonly trouble?: Failure
  /** The newest deployment, if it is under way or did not go live. */
  readonly latest?: Deployment
  /** The newest one that waits until somebody approves of it; nothing was asked of ECS yet. */
  readonly waiting?: Deployment
}

/** How what runs differs from what was deployed. */
export type Drift =
  /** Another revision runs than the one that tapit deployed. */
  | {
      readonly is: 'changed_outside'
      readonly taskDefinition: string
      readonly registeredBy?: string
      /** Whether it has the image that tapit deployed; absent where its images are named by tags. */
      readonly isSameImage?: boolean
    }
  /** ECS says that the revision of the active deployment has other images than its record says. */
  | { readonly is: 'image_differs'; readonly recorded: string; readonly runs: readonly string[] }
  /** The template has changed, or how many tasks are wanted; the next deploy takes it along. */
  | {
      readonly is: 'config_waiting'
      /** `shop-web-template:7`; absent where only the count waits. */
      readonly template?: string
      /** How many tasks the next deploy sets. */
      readonly count?: number
    }

export type AppStatus = {
  readonly app: string
  readonly environment: string
  /** The one that was asked for, where the cluster's tag names another. */
  readonly asked?: string
  readonly region?: string
  readonly processes: readonly ProcessStatus[]
}
