import { AwsError } from '../wire/aws-error.ts'
import type { cloudwatch } from '../wire/handlers.ts'
import { type Query, readQueries, seriesById } from './queries.ts'
import type { CloudWatchState } from './state.ts'

/** Statistics over what was counted or put, and expressions over those; periods here are real ones. */
export function metricData(
  state: CloudWatchState,
  input: cloudwatch.GetMetricDataInput,
): Partial<cloudwatch.GetMetricDataOutput> {
  const { MetricDataQueries = [], StartTime, EndTime, ScanBy } = input
  const [start, end] = [StartTime?.getTime() ?? 0, EndTime?.getTime() ?? 0]
  if (start >= end)
    throw new AwsError('ValidationException', 'The parameter EndTime must be greater than StartTime')
  const queries = readQueries(MetricDataQueries)
  const results = queries
    .filter(({ returnsData }) => returnsData)
    .map(query => {
      const values = valuesOf(state, { queries, query, start, end })
      const inOrder = ScanBy === 'TimestampAscending' ? values : values.toReversed()
      return {
        Id: query.id,
        Label: query.label ?? (query.kind === 'metric' ? query.metric.name : query.id),
        Timestamps: inOrder.map(({ at }) => new Date(at)),
        Values: inOrder.map(({ value }) => value),
        StatusCode: 'Complete' as const,
      }
    })
  return { MetricDataResults: results, Messages: [] }
}

type ValuesOptions = {
  readonly queries: readonly Query[]
  readonly query: Query
  readonly start: number
  readonly end: number
}

type Value = { readonly at: number; readonly value: number }

/** Oldest first. */
function valuesOf(state: CloudWatchState, { queries, query, start, end }: ValuesOptions): readonly Value[] {
  const length = query.period * 1000
  const from = Math.floor(start / length) * length
  const count = Math.ceil((end - from) / length)
  if (count > mostPeriods) {
    throw new AwsError(
      'ValidationException',
      `The sandbox answers at most ${mostPeriods} periods of ${query.period} seconds; got ${count}. Ask for less time, or for longer periods.`,
    )
  }
  const series = seriesById(state, { queries, grid: { from, length, count } })(query.id)
  return series.flatMap((value, index) => (value === undefined ? [] : [{ at: from + index * length, value }]))
}

/** AWS's, for one request. */
const mostPeriods = 100_800
