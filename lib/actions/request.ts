import type { Trigger } from '../names/vocabulary.ts'
import type { StrategyWish } from './strategy-of-process.ts'

/** What a person or a job asked to be deployed. */
export type DeployRequest = {
  /** The app's cluster is `<app>` in production, `<app>-<environment>` elsewhere. */
  readonly app: string
  readonly environment?: string
  /** @default - `latest`, else the newest image */
  readonly dockerTag?: string
  /** @default - every process of the app */
  readonly processes?: readonly string[]
  /** @default - each process by its own, unchanged */
  readonly strategy?: StrategyWish
  readonly trigger: Trigger
  readonly initiator?: string
  readonly tag?: string
  readonly gitHash?: string
  /** Takes over from a deployment that is in progress, for this reason. */
  readonly supersede?: { readonly reason: string }
}
