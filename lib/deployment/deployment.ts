import type { ProcessKind, StrategyType, Trigger } from '../names/vocabulary.ts'
import type { Approval, Overridden } from './approval.ts'
import type { Failure } from './failure.ts'
import type { Instant, PreparingStep, State, StateName } from './state.ts'

/** Bringing one image to one process: what was asked for, and where it stands. */
export type Deployment = {
  readonly id: string
  readonly groupId: string
  readonly app: string
  readonly process: string
  readonly kind: ProcessKind
  readonly trigger: Trigger
  /** The deployment that it brings back. */
  readonly restores?: string
  /** The deployment whose image it brings from another environment, and that one's app there. */
  readonly promotedFrom?: { readonly app: string; readonly id: string }
  /** What became active in its place, and how that began. */
  readonly replacedBy?: { readonly id: string; readonly trigger: Trigger }
  readonly strategy: StrategyType
  /** What tapit.yml calls the strategy, where it has a name of its own there. */
  readonly strategyName?: string
  /** What was asked to be different from the strategy for this deployment alone: `{ canaryPercent: 25 }`. */
  readonly overrides?: Overrides
  readonly dockerTag: string
  /** `sha256:…`; absent while the image is still to be built. ECS is only ever asked for what has one (actions/plan.ts). */
  readonly imageDigest?: string
  /** Repository without tag or digest: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop`. */
  readonly repository: string
  /** The container that runs the image; the others are sidecars. */
  readonly container: string
  readonly tag?: string
  readonly gitHash?: string
  /** The branch or tag that it comes from, as whoever asked said it: `refs/heads/main`. */
  readonly gitRef?: string
  /** URL of the Git repository that the image was built from, where its commit can be had from it again. */
  readonly source?: string
  readonly initiator?: string
  /** ARN of the AWS identity that asked for it. */
  readonly caller: string
  readonly reason?: string
  readonly cluster: string
  readonly service: string
  readonly previous?: Previous
  readonly health: HealthRules
  /** What of the infrastructure it takes along. */
  readonly config?: Config
  readonly url?: string
  readonly createdAt: Instant
  /** tapit's own judgement, recorded before ECS is asked to roll back, so that whoever follows the deployment knows why. */
  readonly judged?: Failure
  /** A wish to cancel, recorded before ECS is asked to, so that whoever follows the deployment knows why it turns back. */
  readonly cancelRequested?: { readonly by: string; readonly reason?: string; readonly at: Instant }
  /** Who stopped its process, recorded before anything is changed, with what a start needs to bring it back as it was. */
  readonly stop?: Stop
  /** Auto scaling that its service is given back once it is live: the process was stopped before. */
  readonly resumes?: KeptScaling
  /** The service has it back. */
  readonly isResumed?: boolean
  /** Its service's desired count, where the deployment changed it: an end otherwise than live puts it back. */
  readonly count?: CountChange
  /** ECS's deploymentConfiguration as it was sent for a strategy; absent where the service kept the one that it had. */
  readonly configuration?: Readonly<Record<string, unknown>>
  /** ECS's deploymentConfiguration that the service is given back when the deployment has ended, where it got another one for it. */
  readonly restore?: Readonly<Record<string, unknown>>
  /** The service has it back, or a deployment that took over sees to it. */
  readonly isRestored?: boolean
  /** Who let it go on after a pause, oldest first. */
  readonly decisions?: readonly Decision[]
  /** The policies that were in force when it was asked for; absent where there were none. */
  readonly judgedBy?: readonly string[]
  /** Where a policy wanted it approved before it starts. */
  readonly approval?: Approval
  /** Where somebody went past policies. */
  readonly overridden?: Overridden
  /** What it left in ECS was put away when it did not go live: its revisions deregistered, the desired count put back. */
  readonly isTidiedUp?: boolean
  readonly state: State
  /** Every state that was entered, oldest first; the last one is the present. */
  readonly timeline: readonly Moment[]
}

/** What ran when the deployment was made: where a rollback goes. */
export type Previous = {
  /** ARN of the revision. */
  readonly taskDefinition: string
  /** The deployment that brought it, where tapit knows it. */
  readonly id?: string
  readonly dockerTag?: string
  readonly imageDigest?: string
  /** What CDK put there until the first deploy: no image of the app's. */
  readonly isPlaceholder?: boolean
  /** What its running tasks said their digest is: of a multi-platform image, the platform's own. */
  readonly runningDigest?: string
}

/** The revision that it is copied from: `shop-web-template:7`; and how many tasks the infrastructure wanted then, where it says so. */
export type Config = { readonly template: string; readonly count?: number }

/** Settings of a strategy, by their keys in tapit.yml. */
export type Overrides = Readonly<Record<string, number | string | readonly string[]>>

export type Decision = {
  readonly hookId: string
  /** ECS's lifecycle stage. */
  readonly stage: string
  /** ARN. */
  readonly by: string
  readonly at: Instant
  readonly reason?: string
}

export type Stop = {
  /** ARN. */
  readonly by: string
  readonly reason?: string
  readonly at: Instant
  /** How many tasks were wanted. */
  readonly count: number
  /** Absent where its service does not scale. */
  readonly scaling?: KeptScaling
  /** When AWS had been asked for all that it takes. */
  readonly askedAt?: Instant
}

/** What the auto scaling of a service was before a stop. */
export type KeptScaling = { readonly min: number; readonly suspended: SuspendedScaling }

/** Which kinds of scaling do nothing for the time being. */
export type SuspendedScaling = {
  readonly scaleIn: boolean
  readonly scaleOut: boolean
  readonly scheduled: boolean
}

export type CountChange = { readonly before: number; readonly after: number }

/** How the health of this process shows, and how long it may take. */
export type HealthRules = {
  readonly loadBalanced: boolean
  /** Whether an essential container has a health check of its own. */
  readonly containerHealthCheck: boolean
  /** How long a target or container may take to turn healthy, in milliseconds; absent: left to ECS's own judgement. */
  readonly readinessLimit?: number
  /** How long a process without any health check is watched after ECS called it successful, in milliseconds. */
  readonly stayRunning: number
}

export type Moment = { readonly is: StateName; readonly at: Instant; readonly step?: PreparingStep }

/** The deployment in another state, which it entered at `at`. */
export function enter(deployment: Deployment, state: State, at: Instant): Deployment {
  if (state === deployment.state) return deployment
  if (isSameMoment(deployment.state, state)) return { ...deployment, state }
  const moment = { is: state.is, at, ...(state.is === 'preparing' && { step: state.step }) }
  return { ...deployment, state, timeline: [...deployment.timeline, moment] }
}

function isSameMoment(before: State, after: State): boolean {
  if (before.is === 'preparing' && after.is === 'preparing') return before.step === after.step
  return before.is === after.is
}
