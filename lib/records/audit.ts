import type { Instant, StateName } from '../deployment/state.ts'

/** What somebody did, or what became of it: a line of the audit log, which can only be appended to. */
export type AuditEvent = {
  /** The app in its environment: its cluster. */
  readonly app: string
  readonly process?: string
  readonly deploymentId?: string
  readonly groupId?: string
  readonly dockerTag?: string
  readonly imageDigest?: string
  /** @default - when it is told */
  readonly at?: Instant
  readonly reason?: string
  /** What else belongs to it: `{ count: 4 }`. No values of variables, no words of commands that run in containers. */
  readonly details?: Readonly<Record<string, string | number | boolean>>
} & (
  | { readonly is: 'deployment'; readonly state: StateName }
  | {
      readonly is:
        | 'approval'
        | 'denial'
        | 'override'
        | 'cancel'
        | 'continue'
        | 'scale'
        | 'restart'
        | 'stop'
        | 'start'
        | 'run'
        | 'exec'
        | 'release'
        | 'prune'
        | 'copy'
        | 'setup'
    }
)

/** Told without waiting: time, caller and command are added, and what could not be written is said when the command ends. */
export type Audit = { tell(event: AuditEvent): void }
