import { AwsError } from '../wire/aws-error.ts'
import { type AlarmRule, missingDataTreatments } from './alarm-verdict.ts'
import { type Query, checkedPeriod, readQueries, statistic } from './queries.ts'
import type { AlarmState } from './state.ts'

/** What an alarm watches and when it rings. */
export type AlarmSettings = AlarmRule & {
  readonly queries: readonly Query[]
  /** The one of the queries whose values are judged. */
  readonly watched: Query
  readonly threshold: number
  readonly comparison: Comparison
}

const comparisons = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
} as const
export type Comparison = (typeof comparisons)[keyof typeof comparisons]

/** Throws ValidationException for what the sandbox could not evaluate; undefined for an alarm that watches nothing. */
export function alarmSettings(settings: AlarmState['settings']): AlarmSettings | undefined {
  const { MetricName, Metrics = [], Threshold: threshold, ThresholdMetricId } = settings
  if (MetricName === undefined && Metrics.length === 0) return undefined
  if (MetricName !== undefined && Metrics.length > 0) {
    throw new AwsError('InvalidParameterCombinationException', 'MetricName and Metrics exclude each other.')
  }
  if (ThresholdMetricId !== undefined) throw invalid('The sandbox has no anomaly detection.')
  const comparison = comparisonOf(settings)
  if (threshold === undefined) throw invalid('Threshold is required.')
  const queries = MetricName === undefined ? readQueries(Metrics) : [singleMetric(settings)]
  const [watched, another] = queries.filter(({ returnsData }) => returnsData)
  if (watched === undefined || another !== undefined) {
    throw invalid('Exactly one element of the metrics list should return data.')
  }
  const { EvaluationPeriods: evaluationPeriods = 1 } = settings
  const { DatapointsToAlarm: datapointsToAlarm = evaluationPeriods, TreatMissingData = 'missing' } = settings
  const treatMissingData = missingDataTreatments.find(each => each === TreatMissingData)
  if (treatMissingData === undefined) {
    throw invalid(
      `TreatMissingData must be one of ${missingDataTreatments.join(', ')}; got ${TreatMissingData}.`,
    )
  }
  if (evaluationPeriods < 1 || datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods) {
    throw invalid('DatapointsToAlarm must be from 1 to EvaluationPeriods.')
  }
  if (evaluationPeriods * watched.period > longest) {
    throw invalid(
      'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).',
    )
  }
  return {
    queries,
    watched,
    threshold,
    comparison,
    evaluationPeriods,
    datapointsToAlarm,
    treatMissingData,
    isBreaching: value => holds(comparison, value, threshold),
  }
}

const longest = 86_400

function comparisonOf({ ComparisonOperator: operator }: AlarmState['settings']): Comparison {
  const [, comparison] = Object.entries(comparisons).find(([name]) => name === operator) ?? []
  if (comparison === undefined) {
    throw invalid(`The sandbox compares by ${Object.keys(comparisons).join(', ')}; got ${operator}.`)
  }
  return comparison
}

function singleMetric(settings: AlarmState['settings']): Query {
  const { Namespace: namespace = '', MetricName: name = '', Dimensions = [], Unit: unit } = settings
  const { Statistic, ExtendedStatistic, Period: period = 60 } = settings
  return {
    kind: 'metric',
    id: 'm1',
    returnsData: true,
    period: checkedPeriod(period),
    metric: {
      namespace,
      name,
      dimensions: Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value])),
      unit,
    },
    statistic: statistic(Statistic ?? ExtendedStatistic ?? ''),
  }
}

function holds(comparison: Comparison, value: number, threshold: number): boolean {
  switch (comparison) {
    case 'greater than or equal to':
      return value >= threshold
    case 'greater than':
      return value > threshold
    case 'less than':
      return value < threshold
    case 'less than or equal to':
      return value <= threshold
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message)
}
