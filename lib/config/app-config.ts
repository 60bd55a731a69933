import type { ProcessKind, StrategyType } from '../names/vocabulary.ts'
import type { PolicySettings, ReleaseSettings, StrategySettings } from './schema.ts'

/** An app in one environment as tapit.yml says it: overrides applied, defaults filled in, everything checked. */
export type AppConfig = {
  /** As said in tapit.yml: `shop`. */
  readonly app: string
  readonly environment: string
  /** The app in its environment, as AWS knows it: its cluster and its stack. `shop`, `shop-staging`. */
  readonly cluster: string
  readonly region?: string
  /** 12 digits. */
  readonly account?: string
  readonly profile?: string
  readonly branch?: string
  /** `owner/name`. */
  readonly github?: string
  readonly githubProvider: 'create' | 'existing'
  /** Whether the deploy role can only ask. */
  readonly enforced: boolean
  /** Who may assume the role that approves and starts. */
  readonly approverRole?: { readonly assumedBy: readonly string[] }
  /** Where images may be promoted from. */
  readonly promotesFrom: readonly PromotionSourceConfig[]
  readonly network: NetworkConfig
  readonly domain?: DomainConfig
  readonly notify: NotifyConfig
  readonly alarms: AlarmsConfig
  /** In the order of the file. */
  readonly processes: readonly ProcessConfig[]
  /** Of the load balancer, in the order in which they are tried. */
  readonly rules: readonly ListenerRule[]
  readonly schedules: readonly ScheduleConfig[]
  /** Those of the file, by name. */
  readonly strategies: Readonly<Record<string, StrategySettings>>
  readonly policies: readonly PolicySettings[]
  readonly release?: ReleaseSettings
  readonly images: { readonly keep: number }
  readonly build: BuildConfig
}

/** Another environment of the app, in the same account. */
export type PromotionSourceConfig = {
  /** Its cluster. */
  readonly app: string
  readonly region?: string
}

/** What holds for the build of every image. */
export type BuildConfig = {
  /** URL of the Git repository that a pruned image is built from again. */
  readonly source?: string
  /** MiB. */
  readonly memory?: number
  readonly cpus?: number
  readonly timeoutMs: number
}

/** How one image is built: what the file says for all, and for this process. */
export type ImageBuildConfig = {
  readonly args: Readonly<Record<string, string>>
  /** By id: `env:<variable>` of whoever builds, `file:<path>` from the folder of tapit.yml. */
  readonly secrets: Readonly<Record<string, string>>
  /** By name: a path from the folder of tapit.yml, or `docker-image://…`. */
  readonly contexts: Readonly<Record<string, string>>
  readonly target?: string
}

export type NetworkConfig = {
  /** `new`, or the id of an existing VPC. */
  readonly vpc: string
  readonly zones: number
  readonly natGateways: number
  readonly endpoints: boolean
}

export type DomainConfig = {
  readonly name: string
  /** The ARN of a certificate in ACM. */
  readonly certificate: string
  /** The id of a hosted zone in Route 53. */
  readonly zone?: string
}

export type NotifyConfig = { readonly emails: readonly string[]; readonly topic?: string }

export type AlarmsConfig = { readonly errorPercent: number; readonly latencyMs: number }

export type ReadinessConfig =
  | { readonly type: 'http'; readonly path: string; readonly timeoutMs: number }
  | { readonly type: 'command'; readonly command: readonly string[]; readonly timeoutMs: number }

export type ProcessConfig = {
  readonly name: string
  readonly kind: ProcessKind
  /** The folder that its own image is built from; absent: it runs the image that the app shares. */
  readonly path?: string
  readonly dockerfile: string
  readonly build: ImageBuildConfig
  /** Host names that it answers at itself; empty where there is no domain, and for `api` and `worker`. */
  readonly hosts: readonly string[]
  /** Absent for workers. */
  readonly port?: number
  readonly cpu: number
  /** MiB. */
  readonly memory: number
  readonly count: number
  readonly architecture: 'x86_64' | 'arm64'
  readonly spot: boolean
  readonly command?: readonly string[]
  readonly readiness?: ReadinessConfig
  readonly strategy: StrategyConfig
  readonly env: Readonly<Record<string, string>>
  /** As written: `ssm:/shop/database-url`, `secretsmanager:shop#password`. */
  readonly secrets: Readonly<Record<string, string>>
  readonly permissions: readonly {
    readonly actions: readonly string[]
    readonly resources: readonly string[]
  }[]
  readonly scale?: ScaleConfig
  readonly user?: string
  readonly readOnly: boolean
  /** Whether `tapit exec` is let into its tasks. */
  readonly exec: boolean
  readonly stayRunningSeconds?: number
  readonly drainSeconds: number
  readonly stopSeconds: number
  readonly logDays: number
}

/** A strategy by its name, with its settings. */
export type StrategyConfig = StrategySettings & {
  /** As the process names it: `careful`, or a built-in one. */
  readonly name: string
  readonly type: StrategyType
}

export type ScaleConfig = {
  readonly min: number
  readonly max: number
  /** Percent. */
  readonly cpu?: number
  /** Percent. */
  readonly memory?: number
  /** Per task and minute. */
  readonly requests?: number
}

export type ScheduleConfig = {
  readonly name: string
  readonly process: string
  readonly command: readonly string[]
  /** `cron(…)` or `rate(…)`. */
  readonly schedule: string
  readonly timezone: string
}

/** One rule of the load balancer's production listener. */
export type ListenerRule = {
  /** The process that answers. */
  readonly process: string
  /** From 1; the lowest that fits answers. */
  readonly priority: number
  /** Any of these hosts; empty: every host. */
  readonly hosts: readonly string[]
  /** Any of these ALB path patterns; empty: every path. */
  readonly paths: readonly string[]
  /** Any of these methods; empty: every method. */
  readonly methods: readonly string[]
  /** What the process sees instead of the path and query that came in: a regular expression and its replacement, as the ALB's `url-rewrite` takes them. */
  readonly rewrite?: { readonly regex: string; readonly replace: string }
}
