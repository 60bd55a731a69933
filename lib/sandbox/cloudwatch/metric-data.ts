import type { cloudwatch } from '../wire/handlers.ts'
import { AwsError } from '../wire/aws-error.ts'
import { isSame } from './put-metric-data.ts'
import type { CloudWatchState, MetricPoint } from './state.ts'

/** Statistics over the points that were put: no expressions, no percentiles. */
export function metricData(
  state: CloudWatchState,
  input: cloudwatch.GetMetricDataInput,
): Partial<cloudwatch.GetMetricDataOutput> {
  const { MetricDataQueries = [], StartTime, EndTime, ScanBy } = input
  const [start, end] = [StartTime?.getTime() ?? 0, EndTime?.getTime() ?? 0]
  if (start >= end)
    throw new AwsError('ValidationException', 'The parameter EndTime must be greater than StartTime')
  const results = MetricDataQueries.filter(({ ReturnData = true }) => ReturnData).map(query => {
    const { Id, Label, MetricStat } = query
    if (MetricStat === undefined)
      throw new AwsError('ValidationException', 'The sandbox evaluates MetricStat, not Expression')
    const { Metric, Period = 60, Stat = '', Unit } = MetricStat
    const statistic = statistics[Stat]
    if (statistic === undefined) {
      throw new AwsError(
        'ValidationException',
        `The sandbox knows ${Object.keys(statistics).join(', ')}, not ${Stat}`,
      )
    }
    const { Namespace = '', MetricName = '', Dimensions = [] } = Metric ?? {}
    const dimensions = Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value]))
    const points = state.metrics
      .filter(metric => isSame(metric, { namespace: Namespace, name: MetricName, dimensions }))
      .filter(({ unit }) => Unit === undefined || unit === Unit)
      .flatMap(metric => metric.points)
      .filter(({ at }) => at >= start && at < end)
    const newestFirst = ScanBy !== 'TimestampAscending'
    const periods = byPeriod(points, Period * 1000).toSorted(([a], [b]) => (newestFirst ? b - a : a - b))
    return {
      Id,
      Label: Label ?? MetricName,
      Timestamps: periods.map(([at]) => new Date(at)),
      Values: periods.map(([, its]) => statistic(its)),
      StatusCode: 'Complete' as const,
    }
  })
  return { MetricDataResults: results, Messages: [] }
}

function byPeriod(points: readonly MetricPoint[], length: number): [number, MetricPoint[]][] {
  const periods = new Map<number, MetricPoint[]>()
  for (const point of points) {
    const start = Math.floor(point.at / length) * length
    periods.set(start, [...(periods.get(start) ?? []), point])
  }
  return [...periods]
}

const sum = (points: readonly MetricPoint[]) =>
  points.reduce((total, { value, count }) => total + value * count, 0)
const count = (points: readonly MetricPoint[]) => points.reduce((total, point) => total + point.count, 0)

const statistics: Readonly<Record<string, (points: readonly MetricPoint[]) => number>> = {
  SampleCount: count,
  Sum: sum,
  Average: points => sum(points) / count(points),
  Minimum: points => Math.min(...points.map(({ value }) => value)),
  Maximum: points => Math.max(...points.map(({ value }) => value)),
}
