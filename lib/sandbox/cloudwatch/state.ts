import type { cloudwatch } from '../wire/handlers.ts'

/** CloudWatch's memory: alarms, and data points. Times are milliseconds since the epoch. */
export type CloudWatchState = {
  /** By alarm name. */
  readonly alarms: Record<string, AlarmState>
  readonly metrics: MetricState[]
}

export type AlarmValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

export type AlarmState = {
  readonly name: string
  readonly arn: string
  /** What PutMetricAlarm was given, without the name. */
  readonly settings: Omit<cloudwatch.PutMetricAlarmInput, 'AlarmName' | 'Tags'>
  readonly configuredAt: number
  value: AlarmValue
  reason: string
  reasonData?: string
  /** When `value` was last set. */
  valueAt: number
  /** When SetAlarmState last set it: the next evaluation decides anew. */
  setAt?: number
  /** When `value` last became another. */
  changedAt: number
  /** The newest change of state first. */
  history?: readonly AlarmChange[]
  tags: Record<string, string>
}

type AlarmChange = {
  readonly at: number
  readonly from: AlarmValue
  readonly to: AlarmValue
  readonly fromReason: string
  readonly toReason: string
}

export type MetricState = {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly unit: string
  readonly points: MetricPoint[]
}

export type MetricPoint = {
  readonly at: number
  readonly value: number
  /** How often the value occurred. */
  readonly count: number
}

export function emptyCloudWatch(): CloudWatchState {
  return { alarms: {}, metrics: [] }
}
