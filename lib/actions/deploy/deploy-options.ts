import type { Deployment } from '../../deployment/deployment.ts'
import type { ExitName } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { ImageScans } from '../approvals/image-findings.ts'
import type { Approved } from '../approvals/take-up.ts'
import type { SourceBuild } from '../build/source-build.ts'
import type { SharedGroup } from '../groups/shared-group.ts'
import type { Observer } from '../observe/observer.ts'
import type { Plan } from '../plan/plan.ts'
import type { Ports } from '../ports.ts'

export type DeployOptions = {
  readonly ports: Ports
  readonly observer: Observer
  /** How long a lease lasts without being renewed. */
  readonly leaseSeconds: number
  /**
   * Builds the images first.
   * @default - what the request names is looked up
   */
  readonly build?: SourceBuild
  /**
   * What is known of the scans of its images, for policies that ask.
   * @default - what the registry of each says
   */
  readonly scans?: ImageScans
  /**
   * The group that it shares with deploys of other apps. It is drawn up once all are planned: whoever shares it listens no further than
   * `planned` until then.
   * @default - a group of its own
   */
  readonly group?: SharedGroup
  /**
   * Deployments that wait for an approval, and are to be started.
   * @default - new ones are made
   */
  readonly approved?: Approved
  /** Stop after the plan. */
  readonly dryRun: boolean
  /** Follow the deployments to their ends. */
  readonly wait: boolean
  /** How long it is followed, in milliseconds. @default - as long as it takes */
  readonly patience?: number
  /** Aborted when nobody waits any longer: the deployments go on in ECS. `reason` is why. */
  readonly signal: AbortSignal
}

export type DeployEnd = {
  readonly exit: ExitName
  readonly plan: Plan
  readonly group?: Group
  readonly deployments: readonly Deployment[]
}
