import type { elbv2 } from '../wire/handlers.ts'

/** All that the sandbox knows of load balancers. Plain JSON; times are milliseconds since the epoch. */
export type Elbv2State = {
  readonly loadBalancers: Record<string, LoadBalancerRecord>
  readonly listeners: Record<string, ListenerRecord>
  readonly rules: Record<string, RuleRecord>
  readonly targetGroups: Record<string, TargetGroupRecord>
  readonly tags: Record<string, Record<string, string>>
  /** How many identifiers were given out; they are derived from it, so that a run can be repeated. */
  sequence: number
}

export type LoadBalancerRecord = {
  readonly arn: string
  readonly name: string
  readonly scheme: elbv2.LoadBalancerSchemeEnum
  readonly type: elbv2.LoadBalancerTypeEnum
  readonly vpcId: string
  readonly subnets: readonly string[]
  readonly securityGroups: readonly string[]
  readonly createdAt: number
}

export type ListenerRecord = {
  readonly arn: string
  readonly loadBalancerArn: string
  readonly port: number
  readonly protocol: elbv2.ProtocolEnum
  readonly certificates: readonly elbv2.Certificate[]
}

export type RuleRecord = {
  readonly arn: string
  readonly listenerArn: string
  /** A listener's last rule, without conditions, has the priority `default`. */
  readonly priority: number | 'default'
  conditions: readonly elbv2.RuleCondition[]
  actions: readonly elbv2.Action[]
  transforms: readonly elbv2.RuleTransform[]
}

export type TargetGroupRecord = {
  readonly arn: string
  readonly name: string
  readonly protocol: elbv2.ProtocolEnum
  readonly port: number
  readonly vpcId: string
  readonly targetType: elbv2.TargetTypeEnum
  healthCheck: HealthCheck
  readonly attributes: Record<string, string>
  targets: TargetRecord[]
}

export type HealthCheck = {
  readonly enabled: boolean
  readonly protocol: elbv2.ProtocolEnum
  readonly port: string
  readonly path: string
  readonly matcher: string
  readonly intervalSeconds: number
  readonly timeoutSeconds: number
  readonly healthyThreshold: number
  readonly unhealthyThreshold: number
}

/** A target's health is a function of these and of the time: nothing has to happen for it to change. */
export type TargetRecord = {
  readonly id: string
  readonly port: number
  readonly registeredAt: number
  /** Milliseconds between two checks, and how many count: those of the target group when the target came. */
  readonly interval: number
  readonly unhealthyThreshold: number
  readonly healthyThreshold: number
  /** From when on the target passes its checks; absent if it never does. */
  readonly answersFrom?: number
  /** What a check that does not pass gets: a status code, no connection, or no answer. */
  readonly failure: 'code-503' | 'refused' | 'timeout'
  drainingSince?: number
  goneAt?: number
}

export function emptyElbv2(): Elbv2State {
  return { loadBalancers: {}, listeners: {}, rules: {}, targetGroups: {}, tags: {}, sequence: 0 }
}
