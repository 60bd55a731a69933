import type { AlarmValue, CloudWatchState } from './state.ts'

/** What a deployment's alarm says; undefined when there is no such alarm. */
export function alarmState(state: CloudWatchState, name: string): AlarmValue | undefined {
  return state.alarms[name]?.value
}
