import type { StrategyConfig } from '../../config/app-config.ts'
import type {
  CountChange,
  Deployment,
  HealthRules,
  Overrides,
  Previous,
  Stop,
} from '../../deployment/deployment.ts'
import type { TaskDefinition } from '../../deployment/task-definition.ts'
import type { Change } from '../../deployment/diff-definitions.ts'
import type { ProcessKind, StrategyType } from '../../names/vocabulary.ts'
import type { DeploymentConfiguration } from '../../strategy/deployment-configuration.ts'

/** What a deploy would do, process by process. Nothing has changed yet. */
export type Plan = {
  readonly app: string
  readonly cluster: string
  readonly environment: string
  readonly processes: readonly ProcessPlan[]
  /** What is under way and would be asked to go back: nothing is deployed for it. */
  readonly goesBack?: readonly GoesBack[]
  /** What policies have to say of it, process by process; absent where none objects. */
  readonly policies?: readonly PolicyNote[]
  /** Why no deployment could be followed here, if none could: then none is made. */
  readonly cannotFollow?: string
}

/** A deployment that ECS would turn back: what ran before runs again. */
export type GoesBack = Pick<Deployment, 'process' | 'id' | 'dockerTag' | 'imageDigest' | 'previous'>

/** A policy that holds for a process, and why. */
export type PolicyNote = {
  readonly process: string
  readonly policy: string
  readonly effect: 'deny' | 'require_approval'
  readonly because: string
  /** Somebody goes past it. */
  readonly isOverridden: boolean
}

export type ProcessPlan = PlannedProcess | RefusedProcess

export type PlannedProcess = {
  readonly is: 'planned'
  readonly process: string
  readonly kind: ProcessKind
  readonly service: string
  readonly strategy: StrategyType
  /** What tapit.yml calls the strategy, where it has a name of its own there. */
  readonly strategyName?: string
  readonly family: string
  /** The deployment that is brought back. */
  readonly restores?: string
  /** The template revision that `from` is, or was itself made from: the new revision is tagged with it. */
  readonly madeFrom: string
  /** What the new revision is made from: the template, the running revision, or the one that is brought back. */
  readonly from: TaskDefinition
  readonly container: string
  readonly repository: string
  /** As asked for, or chosen; `sha256:…` itself where a digest was asked for. */
  readonly dockerTag: string
  /** Absent where the image is still to be built: such a plan is made whole before ECS is asked. */
  readonly imageDigest?: string
  readonly pushedAt?: number
  /** What was asked to be different from the strategy this time. */
  readonly overrides?: Overrides
  /** How long the strategy lets each share of the traffic stay, and what may end it; absent where the service's own configuration is kept. */
  readonly settings?: StrategyConfig
  /** What ECS is sent: complete. */
  readonly configuration: DeploymentConfiguration
  /** What the service is given back when the deployment has ended, where that is something else. */
  readonly restore?: DeploymentConfiguration
  readonly previous?: Previous
  readonly health: HealthRules
  /** How many tasks are wanted once it is deployed. */
  readonly desired: number
  /** What the service is tagged with; the new revision is too, so that a later change of it shows. */
  readonly configuredCount?: number
  /** Where the deploy changes how many are wanted. */
  readonly count?: CountChange
  /** The process is stopped: the deploy starts it again. */
  readonly stop?: Stop
  readonly url?: string
  /** The image runs already: its tasks are restarted on a new revision. */
  readonly isSameImage: boolean
  /** Against the running revision; of what may be secret names only, never values. */
  readonly changes: readonly Change[]
}

/** A plan that ECS can be asked for: its image is there. */
export type ReadyProcess = PlannedProcess & { readonly imageDigest: string }

export type RefusedProcess = {
  readonly is: 'refused'
  readonly process: string
  /** snake_case. */
  readonly code: string
  readonly reason: string
  readonly advice?: string
  /** It is the command line that is wrong. */
  readonly isUsage?: boolean
}
