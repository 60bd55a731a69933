import type { PromotionStage } from '../names/vocabulary.ts'
import type { Failure } from './failure.ts'

/** Milliseconds since the epoch. The engine only ever gets times as data. */
export type Instant = number

/** The stages that a deployment can have reached before it ended. */
export type ReachedStage = Exclude<PromotionStage, 'active' | 'rolled_back'>

/** What ECS calls a deployment of ours. */
export type EcsDeployment = {
  /** ARN of the revision: registered for this deployment alone, so it identifies the deployment in ECS. */
  readonly taskDefinition: string
  /** ARN of the service deployment, once ECS has shown it. */
  readonly serviceDeployment?: string
  /** `ecs-svc/…`: what DescribeServices, events and `startedBy` call it. */
  readonly deploymentId?: string
  /** When ECS created the service deployment; fences the pointer of the active deployment. */
  readonly createdAt?: Instant
}

/** Who or what ended a deployment that had not failed. */
export type Cancellation = {
  readonly code: 'superseded' | 'cancelled'
  /** Person, system or ARN. */
  readonly by?: string
  readonly reason?: string
  /** The deployment or ECS service deployment that took over. */
  readonly successor?: string
}

/** What runs after a rollback, as it was checked. */
export type Restored = {
  readonly taskDefinition: string
  readonly imageDigest?: string
  /** Whether that is what ran before this deployment. */
  readonly asBefore: boolean
}

/**
 * Where one deployment stands. Each member holds exactly what is true in it; status, stage, steps, group status and exit code
 * are functions of it (projections.ts).
 *
 * ```
 *  awaiting_approval ──► denied
 *        │
 *        ▼
 *    preparing ──► starting ──► checking ──► shifting ──► draining ──► watching ──► live ──► stopping ──► stopped
 *        │            └────────────┴────────────┴────────────┴────────────┤
 *        │                                                                ▼
 *        ├───────────────────────────────► failed ◄──────────────── rolling_back ──► rolled_back
 *        └──► cancelling ──► cancelled
 * ```
 */
export type State =
  | { readonly is: 'awaiting_approval'; readonly policy: string; readonly until: Instant }
  | ({ readonly is: 'denied'; readonly policy: string } & Denial)
  /** `taskDefinition` is recorded before ECS is asked to deploy it, so that a lost answer is found again by it. */
  | { readonly is: 'preparing'; readonly step: PreparingStep; readonly taskDefinition?: string }
  | ({ readonly is: 'starting' | 'checking' | 'shifting' | 'draining' } & UnderWay)
  | { readonly is: 'watching'; readonly ecs: EcsDeployment; readonly until: Instant }
  | { readonly is: 'live'; readonly ecs: EcsDeployment }
  | {
      readonly is: 'rolling_back'
      readonly ecs: EcsDeployment
      readonly failure: Failure
      readonly reached: ReachedStage
      /** Set when ECS had called the deployment successful, so that the way back is a new ECS deployment of this revision. */
      readonly redeploying?: EcsDeployment
    }
  | {
      readonly is: 'rolled_back'
      readonly ecs: EcsDeployment
      readonly failure: Failure
      readonly reached: ReachedStage
      readonly restored: Restored
    }
  | ({ readonly is: 'cancelling' } & Cancelled)
  | ({ readonly is: 'cancelled' } & Cancelled)
  | {
      readonly is: 'failed'
      readonly failure: Failure
      readonly reached: ReachedStage
      readonly ecs?: EcsDeployment
    }
  | { readonly is: 'stopping'; readonly ecs: EcsDeployment }
  | { readonly is: 'stopped'; readonly ecs: EcsDeployment }

/** Why it was never started, and who or what said so. */
export type Denial = {
  /** `policy`: it forbids it · `person` · `no_reply` and `not_executed`: nobody did in time · `changed`: it is no longer what was approved. */
  readonly because?: 'policy' | 'person' | 'no_reply' | 'not_executed' | 'changed'
  /** ARN of the person. */
  readonly by?: string
  readonly reason?: string
}

/** What ECS is at while it brings the revision to its users. */
export type UnderWay = {
  readonly ecs: EcsDeployment
  /** What the new revision gets; absent where ECS moves no traffic. */
  readonly traffic?: Traffic
  /** ECS waits for somebody's decision. */
  readonly pause?: Pause
}

/** Shares of one revision, in percent. The other one has the rest. */
export type Traffic = { readonly production: number; readonly test: number }

/** A PAUSE hook that awaits its action. */
export type Pause = {
  /** `ecs-pause-…`; ECS gives every pause another one. */
  readonly hookId: string
  /** ECS's lifecycle stage: what comes after it waits. */
  readonly stage: string
  /** When ECS decides by itself, and how. */
  readonly until?: Instant
  readonly onTimeout?: 'continue' | 'rollback'
}

type Cancelled = {
  readonly reached: ReachedStage
  readonly cancellation: Cancellation
  readonly ecs?: EcsDeployment
}

export type PreparingStep = 'clone' | 'analyze' | 'build' | 'register'

export type StateName = State['is']

/** The members of the union by name: `In<'live'>`. */
export type In<Name extends StateName> = State & { readonly is: Name }

/** Which state may follow which. Types every state function; docs/states.md and the table tests come from it. */
export const transitions = {
  awaiting_approval: ['preparing', 'denied', 'cancelled'],
  denied: [],
  preparing: ['starting', 'failed', 'cancelling', 'cancelled'],
  starting: [
    'checking',
    'shifting',
    'draining',
    'watching',
    'live',
    'rolling_back',
    'failed',
    'cancelling',
    'cancelled',
  ],
  checking: ['shifting', 'draining', 'watching', 'live', 'rolling_back', 'failed', 'cancelling', 'cancelled'],
  shifting: ['draining', 'watching', 'live', 'rolling_back', 'failed', 'cancelling', 'cancelled'],
  draining: ['watching', 'live', 'rolling_back', 'failed', 'cancelled'],
  watching: ['live', 'rolling_back', 'failed', 'cancelled'],
  live: ['stopping'],
  rolling_back: ['rolled_back', 'failed'],
  rolled_back: [],
  cancelling: ['cancelled', 'failed'],
  cancelled: [],
  failed: [],
  stopping: ['stopped', 'failed'],
  stopped: [],
} as const

/** The states that may follow `Name`, or `Name` itself with other contents. */
export type After<Name extends StateName> = In<Name> | In<(typeof transitions)[Name][number]>

/** The states in which ECS is at work on the revision and nothing has gone wrong. */
export type Progressing = In<'starting' | 'checking' | 'shifting' | 'draining'>
