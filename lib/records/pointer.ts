import type { Config, Stop } from '../deployment/deployment.ts'
import type { Instant } from '../deployment/state.ts'

/** Names the active deployment of a process: at most one, none before the first success. */
export type Pointer = {
  readonly app: string
  readonly process: string
  readonly deploymentId: string
  readonly dockerTag: string
  readonly imageDigest: string
  readonly taskDefinition: string
  /** What of the infrastructure it took along; absent where an older tapit moved it. */
  readonly config?: Config
  /** When ECS created the service deployment. The pointer only moves to a later one, so a command that slept cannot move it back. */
  readonly ecsCreatedAt: Instant
}

/** Names the deployment that was active when its process was stopped; the next one that goes live takes its place. */
export type StoppedPointer = Pointer & { readonly stop: Stop }
