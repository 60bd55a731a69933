import { pageOf } from '../page-of.ts'
import type { cloudwatch } from '../wire/handlers.ts'
import type { AlarmState, CloudWatchState } from './state.ts'

/** What DescribeAlarmHistory answers: changes of state, and nothing else. */
export function alarmHistory(
  { alarms }: CloudWatchState,
  input: cloudwatch.DescribeAlarmHistoryInput,
): Partial<cloudwatch.DescribeAlarmHistoryOutput> {
  const { AlarmName, AlarmTypes, HistoryItemType, StartDate, EndDate, ScanBy, MaxRecords, NextToken } = input
  const isAscending = ScanBy === 'TimestampAscending'
  const items = Object.values(alarms)
    .filter(({ name }) => AlarmName === undefined || name === AlarmName)
    .filter(() => AlarmTypes === undefined || AlarmTypes.includes('MetricAlarm'))
    .filter(() => HistoryItemType === undefined || HistoryItemType === 'StateUpdate')
    .flatMap(historyOf)
    .filter(({ Timestamp: at }) => at >= (StartDate ?? at) && at <= (EndDate ?? at))
    .toSorted((one, other) => (Number(other.Timestamp) - Number(one.Timestamp)) * (isAscending ? -1 : 1))
  const { page, nextToken } = pageOf(items, {
    token: NextToken,
    size: MaxRecords ?? 50,
    largest: 100,
    invalidToken: 'InvalidNextToken',
  })
  return { AlarmHistoryItems: [...page], NextToken: nextToken }
}

function historyOf({ name, history = [] }: AlarmState) {
  return history.map(({ at, from, to, fromReason, toReason }) => ({
    AlarmName: name,
    AlarmType: 'MetricAlarm' as const,
    Timestamp: new Date(at),
    HistoryItemType: 'StateUpdate' as const,
    HistorySummary: `Alarm updated from ${from} to ${to}`,
    HistoryData: JSON.stringify({
      version: '1.0',
      oldState: { stateValue: from, stateReason: fromReason },
      newState: { stateValue: to, stateReason: toReason },
    }),
  }))
}
