import type { ServiceId } from './service-description.ts'

/** An SDK client's exports, of which only the schemas are used. Loaded at a service's first request: each takes 10 to 90 ms. */
export type Sdk = Readonly<Record<string, unknown>>

/** DynamoDB is not here: dynalite speaks its protocol itself. */
export const loadSdk: Readonly<Record<Exclude<ServiceId, 'dynamodb'>, () => Promise<Sdk>>> = {
  ecs: () => import('@aws-sdk/client-ecs'),
  ecr: () => import('@aws-sdk/client-ecr'),
  elasticloadbalancing: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  logs: () => import('@aws-sdk/client-cloudwatch-logs'),
  monitoring: () => import('@aws-sdk/client-cloudwatch'),
  'application-autoscaling': () => import('@aws-sdk/client-application-auto-scaling'),
  ssm: () => import('@aws-sdk/client-ssm'),
  sts: () => import('@aws-sdk/client-sts'),
}
