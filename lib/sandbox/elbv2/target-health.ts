import type { elbv2 } from '../wire/handlers.ts'
import type { Elbv2State, TargetGroupRecord, TargetRecord } from './state.ts'

export type TargetHealthOptions = {
  readonly state: Elbv2State
  readonly group: TargetGroupRecord
  readonly target: TargetRecord
  readonly at: number
}

/** What DescribeTargetHealth says of a registered target at one moment. */
export function targetHealth({ state, group, target, at }: TargetHealthOptions): elbv2.TargetHealth {
  if (target.drainingSince !== undefined) {
    return health('draining', 'Target.DeregistrationInProgress', 'Target deregistration is in progress')
  }
  if (!isInUse(state, group.arn)) {
    return health(
      'unused',
      'Target.NotInUse',
      'Target group is not configured to receive traffic from the load balancer',
    )
  }
  if (!group.healthCheck.enabled) {
    return health(
      'unavailable',
      'Target.HealthCheckDisabled',
      'Health checks are disabled for this target group',
    )
  }
  const { healthyAt = Infinity, unhealthyAt = Infinity } = healthChanges(target)
  if (at >= healthyAt) return { State: 'healthy' }
  if (at >= unhealthyAt) return failing(target)
  if (at < target.registeredAt + target.interval) {
    return health('initial', 'Elb.RegistrationInProgress', 'Target registration is in progress')
  }
  return health('initial', 'Elb.InitialHealthChecking', 'Initial health checks in progress')
}

/** When a target's health changes, if nothing happens to it. */
export function healthChanges(target: TargetRecord): {
  readonly healthyAt?: number
  readonly unhealthyAt?: number
} {
  const { registeredAt, interval, answersFrom, unhealthyThreshold, healthyThreshold } = target
  const check = (number: number) => registeredAt + number * interval
  if (answersFrom === undefined) return { unhealthyAt: check(unhealthyThreshold) }
  const firstGood = Math.max(1, Math.ceil((answersFrom - registeredAt) / interval))
  // A new target needs one good check only: "after your target is registered, it must pass one health check".
  if (firstGood <= unhealthyThreshold) return { healthyAt: check(firstGood) }
  return { unhealthyAt: check(unhealthyThreshold), healthyAt: check(firstGood + healthyThreshold - 1) }
}

/** Whether any rule sends, or could send, requests to the target group. */
export function isInUse(state: Elbv2State, targetGroupArn: string): boolean {
  return loadBalancersOf(state, targetGroupArn).length > 0
}

/** A target group with a weight of 0 counts as used: ECS registers its tasks there before traffic shifts. */
export function loadBalancersOf(state: Elbv2State, targetGroupArn: string): readonly string[] {
  const rules = Object.values(state.rules).filter(({ actions }) =>
    actions.some(action => targetGroupsOf(action).includes(targetGroupArn)),
  )
  const arns = rules.flatMap(({ listenerArn }) => state.listeners[listenerArn]?.loadBalancerArn ?? [])
  return [...new Set(arns)]
}

export function targetGroupsOf({ TargetGroupArn, ForwardConfig }: elbv2.Action): readonly string[] {
  const weighted = (ForwardConfig?.TargetGroups ?? []).flatMap(tuple => tuple.TargetGroupArn ?? [])
  return TargetGroupArn === undefined ? weighted : [TargetGroupArn, ...weighted]
}

function failing({ failure }: TargetRecord): elbv2.TargetHealth {
  switch (failure) {
    case 'code-503':
      return health(
        'unhealthy',
        'Target.ResponseCodeMismatch',
        'Health checks failed with these codes: [503]',
      )
    case 'refused':
      return health('unhealthy', 'Target.FailedHealthChecks', 'Health checks failed')
    case 'timeout':
      return health('unhealthy', 'Target.Timeout', 'Request timed out')
  }
}

function health(
  State: elbv2.TargetHealthStateEnum,
  Reason: elbv2.TargetHealthReasonEnum,
  Description: string,
): elbv2.TargetHealth {
  return { State, Reason, Description }
}
