import { shortName } from './short-name.ts'
import type { ProcessKind } from './vocabulary.ts'

/** What tapit calls things in AWS. The CDK library writes these names and the CLI reads them; nothing else ties the two together. */

export const defaultEnvironment = 'production'
export const defaultProcess = 'default'

/** Tags on clusters and services (and on the revisions that tapit registers). */
export const tagKeys = {
  environment: 'tapit:environment',
  process: 'tapit:process',
  kind: 'tapit:kind',
  strategy: 'tapit:strategy',
  repository: 'tapit:repository',
  container: 'tapit:container',
  template: 'tapit:template',
  readinessTimeout: 'tapit:readiness-timeout-ms',
  stayRunning: 'tapit:stay-running-seconds',
  count: 'tapit:count',
  url: 'tapit:url',
  ignore: 'tapit:ignore',
  deployment: 'tapit:deployment',
  dockerTag: 'tapit:docker-tag',
  /** How many images and revisions are kept to roll back to; a service without it is never pruned after a deploy. */
  keep: 'tapit:images-keep',
} as const

/** Labels of the images that tapit builds: OCI's own where there is one (https://github.com/opencontainers/image-spec/blob/main/annotations.md). */
export const imageLabels = {
  revision: 'org.opencontainers.image.revision',
  version: 'org.opencontainers.image.version',
  created: 'org.opencontainers.image.created',
  source: 'org.opencontainers.image.source',
  initiator: 'dev.tapit.initiator',
} as const

/** The tag of the build cache in a repository (`cache=ecr`): nothing can be deployed from it. */
export const buildCacheTag = 'buildcache'

/** The DynamoDB table of the records: one per account and region. */
export const tableName = 'tapit'

/** The stack that holds the table: one per account and region. */
export const foundationStack = 'tapit-foundation'

/** Where GitHub signs the tokens of its Actions; without a scheme it is the name of the provider. */
export const githubIssuer = 'token.actions.githubusercontent.com'

/** The cluster of an app: its name alone in production, `<app>-<environment>` elsewhere. */
export function clusterName(app: string, environment: string = defaultEnvironment): string {
  return environment === defaultEnvironment ? app : `${app}-${environment}`
}

/** The task-definition family whose revisions run; tapit owns it. */
export function releaseFamily(app: string, process: string): string {
  return `${app}-${process}`
}

/** The task-definition family that CDK owns: everything but the image. */
export function templateFamily(app: string, process: string): string {
  return `${releaseFamily(app, process)}-template`
}

/**
 * The family of revisions that only one-off tasks run: with an image of their own, as the release command has one. In capital letters,
 * which no process has: such a revision is never the newest of a family that a service follows.
 */
export function runFamily(app: string, process: string): string {
  return `${releaseFamily(app, process)}-RUN`
}

export function runtimeLogGroup(app: string, process: string): string {
  return `/tapit/${app}/${process}`
}

/** One log group per app, one stream per deployment and step. */
export function deploymentLogGroup(app: string): string {
  return `/tapit/${app}/deployments`
}

export function auditLogGroup(app: string): string {
  return `/tapit/${app}/audit`
}

export function strategyParameter(app: string, name: string): string {
  return `/tapit/${app}/strategies/${name}`
}

export function policyParameter(app: string, name: string): string {
  return `/tapit/${app}/policies/${name}`
}

/** What runs once from a new image before any process starts with it. */
export function releaseParameter(app: string): string {
  return `/tapit/${app}/release`
}

export type AlarmOfStrategy = {
  readonly app: string
  readonly process: string
  readonly strategy: string
  /** Which of the strategy's rules, from 1. */
  readonly rule: number
  /** Of which of the pair of target groups; absent where the whole process is measured. */
  readonly color?: TargetGroupColor
}

/** The alarm that a rule of a strategy's `rollbackOn` stands for, at one process. */
export function rollbackAlarmName({ app, process, strategy, rule, color }: AlarmOfStrategy): string {
  const owner = `${app}/${process}/`
  const own = ['rollback', strategy, String(rule), ...(color === undefined ? [] : [color])]
  return `${owner}${shortName(own, nameLimits.alarm - owner.length)}`
}

/** Whether an alarm is one of those that the CDK library makes for a process's strategies. */
export function isRollbackAlarm(
  name: string,
  { app, process }: Pick<AlarmOfStrategy, 'app' | 'process'>,
): boolean {
  return name.startsWith(`${app}/${process}/rollback-`)
}

/** What the settings of an app stand below. */
export function parameterPath(app: string): string {
  return `/tapit/${app}/`
}

/** The image that the app's processes share, or a process's own. */
export function repositoryName(app: string, process?: string): string {
  return process === undefined ? app : `${app}/${process}`
}

export function loadBalancerName(app: string): string {
  // AWS keeps this beginning for load balancers that are not public.
  return shortName(app.startsWith('internal-') ? ['tapit', app] : [app], nameLimits.loadBalancer)
}

export const targetGroupColors = ['blue', 'green'] as const
/** The two of a process's pair of target groups; which of them has the traffic changes with each deployment that moves it. */
export type TargetGroupColor = (typeof targetGroupColors)[number]

export function targetGroupName(app: string, process: string, color: TargetGroupColor): string {
  return shortName([app, process, color], nameLimits.targetGroup)
}

/** The role that GitHub Actions deploys with. */
export function deployRoleName(app: string): string {
  return shortName(['tapit-deploy', app], nameLimits.role)
}

/** The role that approves and starts deployments in an enforced environment. */
export function approverRoleName(app: string): string {
  return shortName(['tapit-approve', app], nameLimits.role)
}

/** Characters. */
const nameLimits = { loadBalancer: 32, targetGroup: 32, role: 64, alarm: 255 } as const

/** The kind of a service that carries no `tapit:kind` tag. */
export function kindOf({
  process,
  hasLoadBalancer,
}: {
  process: string
  hasLoadBalancer: boolean
}): ProcessKind {
  if (!hasLoadBalancer) return 'worker'
  return process === defaultProcess ? 'web' : 'api'
}
