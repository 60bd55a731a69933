import type { AlarmValue } from './state.ts'

/** How an alarm treats periods without data. */
export const missingDataTreatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const
export type MissingDataTreatment = (typeof missingDataTreatments)[number]

export type AlarmRule = {
  readonly evaluationPeriods: number
  readonly datapointsToAlarm: number
  readonly treatMissingData: MissingDataTreatment
  readonly isBreaching: (value: number) => boolean
}

/** How many periods before those that count are looked at for data that late periods lack. */
export const extraPeriods = 2

/**
 * What an alarm comes to, or 'retain' for what it was. Of the periods, oldest first, the newest that have data count; where too
 * few have any, missing ones take their places, as treated.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function alarmVerdict(
  periods: readonly (number | undefined)[],
  { evaluationPeriods, datapointsToAlarm, treatMissingData, isBreaching }: AlarmRule,
): AlarmValue | 'retain' {
  const present = periods.flatMap((value, index) =>
    value === undefined ? [] : [{ age: periods.length - index, breaches: isBreaching(value) }],
  )
  const counted = present.slice(-evaluationPeriods)
  const missing = evaluationPeriods - counted.length
  const breaching = counted.filter(({ breaches }) => breaches)
  if (breaching.length >= datapointsToAlarm) return 'ALARM'
  if (missing === 0) return 'OK'
  const isAllBreaching = breaching.length === counted.length
  switch (treatMissingData) {
    case 'breaching':
      return breaching.length + missing >= datapointsToAlarm ? 'ALARM' : 'OK'
    case 'notBreaching':
      return 'OK'
    case 'ignore':
      return isAllBreaching ? 'retain' : 'OK'
    case 'missing': {
      const [oldest] = counted
      if (oldest === undefined) return 'INSUFFICIENT_DATA'
      if (!isAllBreaching) return 'OK'
      // Nothing good since a breach that is old enough: too few data points do not hold the alarm up.
      return oldest.age >= datapointsToAlarm ? 'ALARM' : 'retain'
    }
  }
}
