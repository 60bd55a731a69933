import type { World } from '../world.ts'
import { alarmSettings } from './alarm-settings.ts'

/** How many milliseconds it takes at most until an alarm has judged what begins now: its periods, all of them complete. */
export function alarmDelay({ state, timings }: World, name: string): number {
  const alarm = state.cloudwatch.alarms[name]
  const settings = alarm === undefined ? undefined : alarmSettings(alarm.settings)
  if (settings === undefined) return 0
  return ((settings.evaluationPeriods + 1) * settings.watched.period * timings.minute) / 60
}
