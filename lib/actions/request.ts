import type { Trigger } from '../names/vocabulary.ts'
import type { StrategyWish } from './strategy-of-process.ts'

/** An earlier version of one process. */
export type RestoredVersion = {
  /** The deployment that brought it. */
  readonly deploymentId: string
  readonly dockerTag: string
  readonly imageDigest: string
  /** ARN of the revision that it ran with; absent: the image alone, with the configuration as it is now. */
  readonly taskDefinition?: string
}

/** What a person or a job asked to be deployed. */
export type DeployRequest = {
  /** The app's cluster is `<app>` in production, `<app>-<environment>` elsewhere. */
  readonly app: string
  readonly environment?: string
  /** @default - `latest`, else the newest image */
  readonly dockerTag?: string
  /** By process: what it is brought back to; then no tag is looked up. */
  readonly restores?: ReadonlyMap<string, RestoredVersion>
  /** @default - every process of the app */
  readonly processes?: readonly string[]
  /** @default - each process by its own, unchanged */
  readonly strategy?: StrategyWish
  readonly trigger: Trigger
  readonly initiator?: string
  readonly tag?: string
  readonly gitHash?: string
  /** For the history. */
  readonly reason?: string
  /** Takes over from a deployment that is in progress, for this reason. */
  readonly supersede?: { readonly reason: string }
}
