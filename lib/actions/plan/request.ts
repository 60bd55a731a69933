import type { Deployment } from '../../deployment/deployment.ts'
import type { Trigger } from '../../names/vocabulary.ts'
import type { StrategyWish } from './strategy-of-process.ts'

/** A version of one process that is known: its image is named by its digest, whatever its tag means by now. */
export type PinnedVersion = {
  readonly dockerTag: string
  /** Absent where the image is gone and is built again first. */
  readonly imageDigest?: string
  /** ARN of the revision that it is to run with. @default - the image alone, with the configuration as it is now */
  readonly taskDefinition?: string
  /** The earlier deployment of the process that it brings back. */
  readonly restores?: string
  /** The deployment of another environment whose image it is. */
  readonly promotedFrom?: Deployment['promotedFrom']
  /** What was recorded of where the image came from. @default - what the request says of it */
  readonly origin?: Pick<Deployment, 'tag' | 'gitHash' | 'gitRef' | 'source'>
  /** The image is still to be copied into the process's repository. @default - it is looked up there */
  readonly toBeCopied?: { readonly platforms?: readonly string[]; readonly pushedAt?: number }
}

/** What a person or a job asked to be deployed. */
export type DeployRequest = {
  /** The app's cluster is `<app>` in production, `<app>-<environment>` elsewhere. */
  readonly app: string
  readonly environment?: string
  /** @default - `latest`, else the newest image */
  readonly dockerTag?: string
  /** By process, for all of `processes`: what they get; then no tag is looked up. */
  readonly pinned?: ReadonlyMap<string, PinnedVersion>
  /** @default - every process of the app */
  readonly processes?: readonly string[]
  /** @default - each process by its own, unchanged */
  readonly strategy?: StrategyWish
  readonly trigger: Trigger
  readonly initiator?: string
  readonly tag?: string
  readonly gitHash?: string
  /** The branch or tag that it comes from, for policies and for the history: `refs/heads/main`. */
  readonly gitRef?: string
  /** Goes past the policies that allow it, for this reason. */
  readonly override?: string
  /** The policies that the reason was given for. @default - all that allow it */
  readonly overrides?: readonly string[]
  /** For the history. */
  readonly reason?: string
  /** Takes over from a deployment that is in progress, for this reason. */
  readonly supersede?: { readonly reason: string }
}
