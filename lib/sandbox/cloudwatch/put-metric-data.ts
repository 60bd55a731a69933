import type { cloudwatch } from '../wire/handlers.ts'
import { AwsError } from '../wire/aws-error.ts'
import type { CloudWatchState } from './state.ts'
import { theMetric } from './the-metric.ts'

export type PutMetricDataOptions = { readonly input: cloudwatch.PutMetricDataInput; readonly now: number }

/** Keeps the data points; of each metric the newest. */
export function putMetricData(state: CloudWatchState, { input, now }: PutMetricDataOptions): void {
  const { Namespace: namespace = '', MetricData = [], EntityMetricData } = input
  if (EntityMetricData !== undefined) throw refused('The sandbox keeps MetricData, not EntityMetricData.')
  const data = MetricData.map(datum => ({ datum, values: valuesOf(datum) }))
  for (const { datum, values } of data) {
    const { MetricName: name = '', Unit: unit = 'None', Dimensions = [], Timestamp } = datum
    const dimensions = Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value]))
    const at = Timestamp?.getTime() ?? now
    const { points } = theMetric(state, { namespace, name, dimensions, unit })
    points.push(...values.map(({ value, count }) => ({ at, value, count })))
    points.splice(0, points.length - mostPoints)
  }
}

/** So that a sandbox's memory does not grow for ever. */
const mostPoints = 10_000

function valuesOf({ Value, Values, Counts, StatisticValues }: cloudwatch.MetricDatum) {
  if (StatisticValues !== undefined) throw refused('The sandbox keeps Value and Values, not StatisticValues.')
  if (Value !== undefined && Values !== undefined) throw refused('Value and Values exclude each other.')
  if (Value !== undefined) return [{ value: Value, count: 1 }]
  if (Values === undefined)
    throw new AwsError('MissingRequiredParameterException', 'Value or Values is required.')
  return Values.map((value, index) => ({ value, count: Counts?.[index] ?? 1 }))
}

function refused(message: string): AwsError {
  return new AwsError('InvalidParameterCombinationException', message)
}
