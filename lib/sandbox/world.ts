import type { ScalingState } from './application-autoscaling/state.ts'
import type { CloudWatchState } from './cloudwatch/state.ts'
import type { EcrState } from './ecr/state.ts'
import type { EcsState } from './ecs/state.ts'
import type { Elbv2State } from './elbv2/state.ts'
import type { LogsState } from './logs/state.ts'
import type { SsmState } from './ssm/state.ts'

/** Milliseconds since the epoch, as the sandbox's owner counts them: real time, or a test's. */
export interface SandboxClock {
  now(): number
}

/** Everything that the sandbox remembers: plain JSON data, so that a snapshot of it is `JSON.stringify`. */
export type WorldState = {
  readonly ecs: EcsState
  readonly elbv2: Elbv2State
  readonly ecr: EcrState
  readonly logs: LogsState
  readonly cloudwatch: CloudWatchState
  readonly scaling: ScalingState
  readonly ssm: SsmState
}

/** How long things take in the sandbox, in milliseconds. `short` by default; `realistic` as measured on AWS. */
export type Timings = {
  /** From a task's creation to the start of its image pull. */
  readonly provision: number
  readonly pull: number
  readonly start: number
  /** Between two health checks, of the container or of a target, where neither sets an interval of its own. */
  readonly healthCheckInterval: number
  /** From SIGTERM to a task being STOPPED. */
  readonly stop: number
  readonly deregistrationDelay: number
  /** Pause of ECS's scheduler between two rounds of starting tasks. */
  readonly schedulerRound: number
  /** How long a minute lasts that a client sets: of a bake time, of a hook's timeout, of an alarm's period. */
  readonly minute: number
}

/** One sandbox: its identity, its clock and its memory. The services are folders of handlers over it. */
export type World = {
  readonly account: string
  readonly region: string
  readonly clock: SandboxClock
  readonly timings: Timings
  readonly state: WorldState
}
