import { AwsError } from '../wire/aws-error.ts'
import type { cloudwatch } from '../wire/handlers.ts'
import { type Series, evaluateExpression } from './math/evaluate-expression.ts'
import type { Expression } from './math/expression.ts'
import { ExpressionError, parseExpression } from './math/parse-expression.ts'
import type { CloudWatchState, MetricState } from './state.ts'
import { type Statistic, statisticNamed, statisticNames } from './statistic.ts'
import { isSame } from './the-metric.ts'

/** Metrics and expressions over them, as alarms and GetMetricData name them: what they mean, and that they mean something. */
export type Query = {
  readonly id: string
  readonly label?: string
  readonly returnsData: boolean
  /** In seconds. Of an expression: the longest of what it is about. */
  readonly period: number
} & (
  | { readonly kind: 'metric'; readonly metric: WantedMetric; readonly statistic: Statistic }
  | { readonly kind: 'expression'; readonly expression: Expression }
)

export type WantedMetric = Pick<MetricState, 'namespace' | 'name' | 'dimensions'> & { readonly unit?: string }

/** Throws ValidationException for what the sandbox, or CloudWatch, could not compute. */
export function readQueries(queries: readonly cloudwatch.MetricDataQuery[]): readonly Query[] {
  const byId = new Map<string, Query>()
  const open = new Set<string>()
  for (const { Id = '' } of queries) {
    if (!/^[a-z][a-zA-Z0-9_]*$/.test(Id)) {
      throw invalid(`The value '${Id}' of Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`)
    }
    if (queries.filter(other => other.Id === Id).length > 1) throw invalid(`The Id '${Id}' is not unique.`)
  }
  return queries.map(({ Id = '' }) => read(Id))

  function read(id: string): Query {
    const known = byId.get(id)
    if (known !== undefined) return known
    const given = queries.find(({ Id }) => Id === id)
    if (given === undefined) throw invalid(`The Id '${id}' of an expression is not that of a metric.`)
    if (open.has(id)) throw invalid(`The expression '${id}' is about itself.`)
    open.add(id)
    const query = readOne(given)
    byId.set(id, query)
    return query
  }

  function readOne(given: cloudwatch.MetricDataQuery): Query {
    const { Id: id = '', Label: label, ReturnData: returnsData = true, MetricStat, Expression: text } = given
    if ((MetricStat === undefined) === (text === undefined)) {
      throw invalid(`'${id}' must have either MetricStat or Expression.`)
    }
    const common = { id, label, returnsData }
    if (MetricStat !== undefined) return { ...common, ...readMetric(MetricStat) }
    const expression = parsed(id, text ?? '')
    const periods = idsIn(expression).map(each => read(each).period)
    const period = Math.max(
      0,
      ...periods,
      ...(given.Period === undefined ? [] : [checkedPeriod(given.Period)]),
    )
    if (period === 0) throw invalid(`The expression '${id}' is about no metric, and has no Period.`)
    return { ...common, kind: 'expression', expression, period }
  }
}

function readMetric({ Metric, Period: period = 60, Stat = '', Unit: unit }: cloudwatch.MetricStat) {
  const { Namespace: namespace = '', MetricName: name = '', Dimensions = [] } = Metric ?? {}
  const dimensions = Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value]))
  return {
    kind: 'metric',
    metric: { namespace, name, dimensions, unit },
    statistic: statistic(Stat),
    period: checkedPeriod(period),
  } as const
}

/** Throws for a statistic that the sandbox does not compute. */
export function statistic(name: string): Statistic {
  const found = statisticNamed(name)
  if (found === undefined) throw invalid(`The sandbox computes ${statisticNames}, not '${name}'.`)
  return found
}

/** Throws for a number of seconds that CloudWatch takes for no period. */
export function checkedPeriod(period: number): number {
  if ([1, 5, 10, 20, 30].includes(period) || (period >= 60 && period % 60 === 0)) return period
  throw invalid(`Period must be 1, 5, 10, 20, 30 or a multiple of 60; got ${period}.`)
}

function parsed(id: string, text: string): Expression {
  try {
    return parseExpression(text)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    throw invalid(`Error in expression '${id}' [${text}]: ${error.message}.`)
  }
}

/** The metrics and expressions that an expression is about. */
function idsIn(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'number':
      return []
    case 'reference':
      return [expression.id]
    case 'negative':
      return idsIn(expression.of)
    case 'operation':
      return [...idsIn(expression.left), ...idsIn(expression.right)]
    case 'aggregate':
      return expression.of.flatMap(idsIn)
    case 'fill':
      return [...idsIn(expression.of), ...idsIn(expression.value)]
    case 'if':
      return [expression.condition, expression.value, expression.otherwise].flatMap(part =>
        part === undefined ? [] : idsIn(part),
      )
  }
}

/** Periods of one length, one after the other. */
export type Grid = { readonly from: number; readonly length: number; readonly count: number }

export type SeriesOptions = { readonly queries: readonly Query[]; readonly grid: Grid }

/** The values of a metric or of an expression by its id, period by period; each is computed once. */
export function seriesById(state: CloudWatchState, { queries, grid }: SeriesOptions): (id: string) => Series {
  const known = new Map<string, Series>()
  return seriesOf

  function seriesOf(id: string): Series {
    const series = known.get(id) ?? computed(id)
    known.set(id, series)
    return series
  }

  function computed(id: string): Series {
    const query = queries.find(each => each.id === id)
    if (query === undefined) return []
    if (query.kind === 'metric') return metricSeries(state, { query, grid })
    return evaluateExpression(query.expression, { length: grid.count, seriesOf })
  }
}

type MetricSeriesOptions = {
  readonly query: Extract<Query, { readonly kind: 'metric' }>
  readonly grid: Grid
}

function metricSeries(
  state: CloudWatchState,
  { query: { metric, statistic: of }, grid }: MetricSeriesOptions,
): Series {
  const { from, length, count } = grid
  const periods = new Map<number, MetricState['points']>()
  for (const point of metricsOf(state, metric).flatMap(({ points }) => points)) {
    const index = Math.floor((point.at - from) / length)
    if (index < 0 || index >= count) continue
    const its = periods.get(index)
    if (its === undefined) periods.set(index, [point])
    else its.push(point)
  }
  return Array.from({ length: count }, (_, index) => {
    const points = periods.get(index)
    return points === undefined ? undefined : of(points)
  })
}

/** What is known of a metric: several where its points came in several units. */
export function metricsOf(state: CloudWatchState, wanted: WantedMetric): readonly MetricState[] {
  return state.metrics.filter(
    metric => isSame(metric, wanted) && (wanted.unit === undefined || metric.unit === wanted.unit),
  )
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message)
}
