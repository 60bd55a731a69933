import type { World } from '../world.ts'
import { evaluateAlarm } from './evaluate-alarm.ts'
import type { AlarmValue } from './state.ts'

export type AlarmStateOptions = { readonly name: string; readonly at: number }

/** What an alarm says at a time; undefined when there is no such alarm. */
export function alarmState(world: World, { name, at }: AlarmStateOptions): AlarmValue | undefined {
  const alarm = world.state.cloudwatch.alarms[name]
  if (alarm === undefined) return undefined
  evaluateAlarm(world, { alarm, at })
  return alarm.value
}
