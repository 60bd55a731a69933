import type { Observer } from '../observe/observer.ts'
import type { DeployRequest, PinnedVersion } from '../plan/request.ts'
import type { Image, Ports } from '../ports.ts'

/** One end of a promotion: an app in an environment, and AWS as whoever may work there sees it. */
export type PromotionEnd = {
  /** As it was said: `staging`. */
  readonly name: string
  readonly app: string
  /** Absent where the cluster has a name of its own. */
  readonly environment?: string
  readonly ports: Ports
  readonly observer: Observer
}

export type PromotionRequest = Pick<
  DeployRequest,
  'processes' | 'strategy' | 'initiator' | 'reason' | 'override' | 'supersede'
> & {
  readonly from: PromotionEnd
  readonly to: PromotionEnd
}

export type Promotion = {
  readonly versions: readonly PromotedVersion[]
  readonly leftOut: readonly LeftOut[]
}

/** What runs of one process at the source, and what of it the target still needs. */
export type PromotedVersion = {
  readonly process: string
  readonly version: Omit<PinnedVersion, 'imageDigest'> & { readonly imageDigest: string }
  /** Absent where the target's repository has the image already. */
  readonly copy?: { readonly from: string; readonly to: string; readonly image: Image }
}

/** Processes that nobody named, and that have nothing to promote, or nowhere to. */
export type LeftOut = {
  readonly process: string
  readonly why: 'not_in_source' | 'not_in_target' | 'nothing_active'
}
