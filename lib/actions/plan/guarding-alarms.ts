import type { StrategyConfig } from '../../config/app-config.ts'
import {
  type TargetGroupColor,
  isRollbackAlarm,
  targetGroupColors,
  targetGroupName,
} from '../../names/aws.ts'
import { rollbackAlarmsOf } from '../../strategy/rollback-alarms-of.ts'
import type { Service } from '../ports.ts'
import type { TrafficNow } from '../services/traffic-now.ts'

export type GuardedProcess = {
  readonly app: string
  readonly process: string
  readonly service: Service
  readonly traffic: readonly TrafficNow[]
  /** Over a deployment that ECS is at: its traffic goes back first, so that what the weights say now says nothing. */
  readonly isTakingOver?: boolean
}

/**
 * Names of the alarms that guard a deployment: of the target group that gets the new tasks alone. An old version in ALARM would make ECS
 * ignore all alarms of the deployment. Alarms that somebody else has given the service guard all of its deployments.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 */
export function guardingAlarms(
  strategy: StrategyConfig | undefined,
  guarded: GuardedProcess,
): readonly string[] {
  const { service, traffic, isTakingOver = false } = guarded
  if (isTakingOver) return restingAlarms(strategy, guarded)
  const [first] = traffic
  const single = service.loadBalancers[0]?.targetGroup
  const incoming = strategy?.type === 'rolling' ? (first?.live ?? single) : (first?.other ?? single)
  return alarmsOf(strategy, incoming === undefined ? [] : [incoming], guarded)
}

/** Names of the alarms that a service has at rest: of both target groups, since nobody knows which one a deployment of somebody else will use. */
export function restingAlarms(
  strategy: StrategyConfig | undefined,
  guarded: GuardedProcess,
): readonly string[] {
  const targetGroups = guarded.service.loadBalancers.map(({ targetGroup }) => targetGroup)
  return alarmsOf(strategy, targetGroups, guarded)
}

function alarmsOf(
  strategy: StrategyConfig | undefined,
  targetGroups: readonly string[],
  { app, process, service }: GuardedProcess,
): readonly string[] {
  const { alarmNames = [], enable = false } = service.configuration.alarms ?? {}
  const present = enable ? alarmNames : []
  if (strategy === undefined) return present
  const others = present.filter(name => !isRollbackAlarm(name, { app, process }))
  const named = targetGroupColors.filter(color =>
    targetGroups.some(arn => arn.includes(`:targetgroup/${targetGroupName(app, process, color)}/`)),
  )
  // A target group that the CDK library has not named has no alarms of it: the names then say what is missing.
  const colors: readonly TargetGroupColor[] = named.length === 0 ? ['blue'] : named
  const own = rollbackAlarmsOf({ app, process, strategy, colors })
  return [...own.map(({ name }) => name), ...others]
}
