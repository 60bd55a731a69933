import type { World } from '../world.ts'
import { type AlarmSettings, alarmSettings } from './alarm-settings.ts'
import { alarmVerdict, extraPeriods } from './alarm-verdict.ts'
import { changeAlarm } from './change-alarm.ts'
import type { Series } from './math/evaluate-expression.ts'
import { metricsOf, seriesById } from './queries.ts'
import type { AlarmState, AlarmValue } from './state.ts'

export type EvaluateAlarmOptions = { readonly alarm: AlarmState; readonly at: number }

/**
 * Brings an alarm up to a time. CloudWatch evaluates an alarm once a minute, over periods that are complete; nothing has to
 * happen for that here either: whoever reads an alarm gets what the last evaluation before that time came to.
 *
 * What SetAlarmState said holds until the next one; for an alarm whose metrics never had any data, for good.
 */
export function evaluateAlarm(world: World, { alarm, at }: EvaluateAlarmOptions): void {
  const settings = alarmSettings(alarm.settings)
  if (settings === undefined || !hasData(world, settings)) return
  const { minute } = world.timings
  const length = (settings.watched.period / 60) * minute
  const step = Math.min(length, minute)
  const evaluatedAt = Math.floor(at / step) * step
  if (evaluatedAt <= (alarm.setAt ?? -Infinity)) return
  const count = settings.evaluationPeriods + extraPeriods
  const grid = { from: evaluatedAt - count * length, length, count }
  const series = seriesById(world.state.cloudwatch, { queries: settings.queries, grid })(settings.watched.id)
  const verdict = alarmVerdict(series, settings)
  if (verdict === 'retain' || verdict === alarm.value) return
  const points = datapoints({ series, from: grid.from, length, settings })
  changeAlarm(alarm, {
    value: verdict,
    at,
    reason: reasonOf({ from: alarm.value, to: verdict, points, settings }),
    reasonData: JSON.stringify({
      version: '1.0',
      queryDate: new Date(at).toISOString(),
      startDate: new Date(points.at(-1)?.at ?? at).toISOString(),
      period: settings.watched.period,
      recentDatapoints: points.map(({ value }) => value),
      threshold: settings.threshold,
    }),
  })
}

function hasData({ state }: World, { queries }: AlarmSettings): boolean {
  return queries.some(
    query => query.kind === 'metric' && metricsOf(state.cloudwatch, query.metric).length > 0,
  )
}

type Datapoint = { readonly at: number; readonly value: number }

type DatapointsOptions = {
  readonly series: Series
  readonly from: number
  readonly length: number
  readonly settings: AlarmSettings
}

/** Those that count, the newest first. */
function datapoints({ series, from, length, settings }: DatapointsOptions): readonly Datapoint[] {
  const all = series.flatMap((value, index) =>
    value === undefined ? [] : [{ at: from + index * length, value }],
  )
  return all.slice(-settings.evaluationPeriods).toReversed()
}

type ReasonOptions = {
  readonly from: AlarmValue
  readonly to: AlarmValue
  readonly points: readonly Datapoint[]
  readonly settings: AlarmSettings
}

/** In CloudWatch's words, such as `Threshold Crossed: 1 out of the last 1 datapoints [7.0 (20/11/26 12:00:00)] was …`. */
function reasonOf({ from, to, points, settings }: ReasonOptions): string {
  const { evaluationPeriods, datapointsToAlarm, threshold, comparison, isBreaching, treatMissingData } =
    settings
  const missing = evaluationPeriods - points.length
  if (to === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${plural(missing, 'datapoint was', 'datapoints were')} unknown.`
  }
  const treated = treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching'
  const filled = `${plural(missing, 'missing datapoint was', 'missing datapoints were')} treated as [${treated}]`
  if (points.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${plural(missing, 'period', 'periods')} and ${filled}.`
  }
  const telling = points.filter(({ value }) => isBreaching(value) === (to === 'ALARM'))
  const shown = telling.map(({ at, value }) => `${decimal(value)} (${moment(at)})`).join(', ')
  const relation = `${telling.length === 1 ? 'was' : 'were'} ${to === 'ALARM' ? '' : 'not '}${comparison}`
  const needed = to === 'ALARM' ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1
  const minimum = `(minimum ${plural(needed, 'datapoint', 'datapoints')} for ${from} -> ${to} transition)`
  const also = missing > 0 && ['breaching', 'notBreaching'].includes(treatMissingData) ? ` and ${filled}` : ''
  return `Threshold Crossed: ${telling.length} out of the last ${points.length} datapoints [${shown}] ${relation} the threshold (${decimal(threshold)})${also} ${minimum}.`
}

function plural(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`
}

/** As Java prints a double. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value)
}

/** `20/11/26 12:00:00` */
function moment(at: number): string {
  const [day = '', time = ''] = new Date(at).toISOString().split('T')
  const [year = '', month, date] = day.split('-')
  return `${date}/${month}/${year.slice(2)} ${time.slice(0, 8)}`
}
