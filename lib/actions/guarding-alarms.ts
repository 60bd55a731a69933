import type { StrategyConfig } from '../config/app-config.ts'
import { type TargetGroupColor, targetGroupColors, targetGroupName } from '../names/aws.ts'
import { rollbackAlarmsOf } from '../strategy/rollback-alarms-of.ts'
import type { Service } from './ports.ts'
import type { TrafficNow } from './traffic-now.ts'

export type GuardedProcess = {
  readonly app: string
  readonly process: string
  readonly service: Service
  readonly traffic: readonly TrafficNow[]
}

/**
 * Names of the alarms that guard a deployment: of the target group that gets the new tasks alone. An old version in ALARM would make ECS
 * ignore all alarms of the deployment. Without a strategy they are those that the service has.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 */
export function guardingAlarms(
  strategy: StrategyConfig | undefined,
  { app, process, service, traffic }: GuardedProcess,
): readonly string[] {
  if (strategy === undefined) {
    const { alarmNames = [], enable = false } = service.configuration.alarms ?? {}
    return enable ? alarmNames : []
  }
  const [first] = traffic
  const single = service.loadBalancers[0]?.targetGroup
  const incoming = strategy.type === 'rolling' ? (first?.live ?? single) : (first?.other ?? single)
  const color = incoming === undefined ? undefined : colorOf(incoming, { app, process })
  return rollbackAlarmsOf({ app, process, strategy, colors: [color ?? 'blue'] }).map(({ name }) => name)
}

/** Absent for a target group that the CDK library has not named. */
function colorOf(
  arn: string,
  { app, process }: Pick<GuardedProcess, 'app' | 'process'>,
): TargetGroupColor | undefined {
  return targetGroupColors.find(color =>
    arn.includes(`:targetgroup/${targetGroupName(app, process, color)}/`),
  )
}
