import type { FailureCode } from '../names/vocabulary.ts'
import type { Instant } from './state.ts'

/** One task or target that shows why a deployment failed. Log lines are never part of it: they can hold secrets. */
export type Evidence = {
  readonly taskId?: string
  readonly container?: string
  readonly exitCode?: number
  readonly stopCode?: string
  /** AWS's own words. */
  readonly stoppedReason?: string
  /** From the task's start to its stop, in milliseconds. */
  readonly ranFor?: number
  readonly at?: Instant
  /** A load balancer's target: its state, reason and AWS's description. */
  readonly target?: {
    readonly id: string
    readonly state: string
    readonly reason?: string
    readonly description?: string
  }
  /** Where the container's log is. */
  readonly log?: LogPointer
}

export type LogPointer = { readonly group: string; readonly stream: string; readonly region?: string }

/** Why there is no image: what the build said of it. Its log lines are never part of it: they can hold secrets. */
export type ImageFault = {
  /** snake_case: `step_failed`, `registry_denied`. */
  readonly code: string
  readonly message: string
  readonly advice?: string
  /** The step of the Dockerfile that failed: `[build 3/7] RUN npm ci`. */
  readonly step?: string
  /** Of the command in that step. */
  readonly exitCode?: number
}

/** Why a deployment failed: facts alone. The sentence and the advice are functions of it (failures/). */
export type Failure = {
  readonly code: FailureCode
  readonly evidence: readonly Evidence[]
  /** How many tasks showed it. */
  readonly times?: number
  /** AWS's own words about the whole deployment, for display only. */
  readonly awsReason?: string
  /** Names of the alarms that went off. */
  readonly alarms?: readonly string[]
  /** The limit that ran out, in milliseconds. */
  readonly limit?: number
  /** A pause that nobody ended in time: ECS's lifecycle stage where that is known, and how long there was. */
  readonly pause?: { readonly stage?: string; readonly minutes?: number }
  /** What went wrong first, where the code says that the way back failed too. */
  readonly cause?: Failure
  /** What went wrong with its image, where it was built. */
  readonly image?: ImageFault
  /** The deployment with whose image the release command ran: its log is in that one's. */
  readonly releasedWith?: string
  /** The ECS service deployment that took over before the way back had come to its end. */
  readonly overtakenBy?: string
}
