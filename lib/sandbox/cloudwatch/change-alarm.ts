import type { AlarmState, AlarmValue } from './state.ts'

export type ChangeAlarmOptions = {
  readonly value: AlarmValue
  readonly at: number
  readonly reason: string
  readonly reasonData?: string
}

/** Gives an alarm another state, and remembers what it was. */
export function changeAlarm(alarm: AlarmState, { value, at, reason, reasonData }: ChangeAlarmOptions): void {
  if (value !== alarm.value) {
    const change = { at, from: alarm.value, to: value, fromReason: alarm.reason, toReason: reason }
    alarm.history = [change, ...(alarm.history ?? [])].slice(0, mostChanges)
    alarm.changedAt = at
  }
  Object.assign(alarm, { value, valueAt: at, reason, reasonData } satisfies Partial<AlarmState>)
}

/** AWS keeps them for 30 days. */
const mostChanges = 100
