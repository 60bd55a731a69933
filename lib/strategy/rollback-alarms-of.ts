import type { StrategyConfig } from '../config/app-config.ts'
import { type TargetGroupColor, rollbackAlarmName } from '../names/aws.ts'

export type RollbackRule = NonNullable<StrategyConfig['rollbackOn']>[number]

/** An alarm that guards deployments by a strategy. The CDK library makes it, the CLI names it to ECS. */
export type RollbackAlarm = {
  readonly name: string
  readonly rule: RollbackRule
  /** Of whose target group the requests are measured; absent where it is the tasks of the whole process. */
  readonly color?: TargetGroupColor
}

export type RollbackAlarmsOptions = {
  readonly app: string
  readonly process: string
  readonly strategy: Pick<StrategyConfig, 'name' | 'rollbackOn'>
  /** The CDK library gives all that the process has; a deployment the one that gets the new tasks. */
  readonly colors: readonly TargetGroupColor[]
}

/** The alarms of a strategy at one process. Requests are measured target group by target group, so that the new revision is what is judged. */
export function rollbackAlarmsOf({
  app,
  process,
  strategy: { name: strategy, rollbackOn = [] },
  colors,
}: RollbackAlarmsOptions): readonly RollbackAlarm[] {
  return rollbackOn.flatMap((rule, index): readonly RollbackAlarm[] => {
    const of = { app, process, strategy, rule: index + 1 }
    if (!rule.metric.startsWith('http.')) return [{ name: rollbackAlarmName(of), rule }]
    return colors.map(color => ({ name: rollbackAlarmName({ ...of, color }), rule, color }))
  })
}
