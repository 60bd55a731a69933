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
  ignore: 'tapit:ignore',
  deployment: 'tapit:deployment',
  dockerTag: 'tapit:docker-tag',
} as const

/** The DynamoDB table of the records: one per account and region. */
export const tableName = 'tapit'

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
