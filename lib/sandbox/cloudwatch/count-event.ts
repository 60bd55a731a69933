import type { World } from '../world.ts'
import { type AlarmSettings, alarmSettings } from './alarm-settings.ts'
import { extraPeriods } from './alarm-verdict.ts'
import type { CloudWatchState, MetricPoint } from './state.ts'
import { theMetric } from './the-metric.ts'

export type Event = {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly unit: 'Count' | 'Seconds'
  /** @default 1 */
  readonly value?: number
}

/**
 * Counts something that happened now. Equal values within a second, or half of a shorter minute, are one point that
 * grows: so that traffic takes as much memory as time, and not as much as requests.
 */
export function countEvent(world: World, { value = 1, ...metric }: Event): void {
  const now = world.clock.now()
  const { points } = theMetric(world.state.cloudwatch, metric)
  const slot = world.timings.minute / Math.max(2, Math.ceil(world.timings.minute / 1000))
  const at = Math.round(Math.floor(now / slot) * slot)
  for (let index = points.length - 1; index >= 0 && points[index]?.at === at; index -= 1) {
    const point = points[index]
    if (point?.value !== value) continue
    points[index] = { ...point, count: point.count + 1 }
    return
  }
  const before = points.at(-1)?.at ?? -Infinity
  points.push({ at, value, count: 1 })
  if (at !== before) forget(world, { points, now })
  const isNewMinute = Math.floor(at / world.timings.minute) !== Math.floor(before / world.timings.minute)
  if (isNewMinute && points.length > fewPoints)
    points.splice(0, points.length, ...coarsened(world, { points, now }))
}

type ForgetOptions = { readonly points: MetricPoint[]; readonly now: number }

/** What no alarm looks back on goes. */
function forget(world: World, { points, now }: ForgetOptions): void {
  const kept = points.findIndex(point => point.at > now - remembered(world))
  points.splice(0, Math.max(kept, points.length - mostPoints))
}

/** So that a snapshot stays small: as long as anybody looks back in a deployment, and as any alarm does. */
function remembered({ state, timings }: World): number {
  const looksBack = settingsOfAlarms(state.cloudwatch).map(
    ({ evaluationPeriods, watched }) =>
      ((evaluationPeriods + extraPeriods + 1) * watched.period * timings.minute) / 60,
  )
  return Math.max(usuallyRemembered, Math.min(longestRemembered, Math.max(0, ...looksBack)))
}

function settingsOfAlarms({ alarms }: CloudWatchState): readonly AlarmSettings[] {
  return Object.values(alarms).flatMap(({ settings }) => alarmSettings(settings) ?? [])
}

/**
 * What is a while ago keeps its minute, and two digits of its value. No coarser than the shortest period of an alarm: data must
 * not move into another one.
 */
function coarsened({ state, timings }: World, { points, now }: ForgetOptions): readonly MetricPoint[] {
  const periods = settingsOfAlarms(state.cloudwatch).flatMap(({ queries }) => queries.map(it => it.period))
  const slot = (Math.min(60, ...periods) * timings.minute) / 60
  const merged = new Map<string, MetricPoint>()
  for (const { at, value, count } of points) {
    const isOld = at < now - 2 * timings.minute
    const point = isOld
      ? { at: Math.ceil(Math.floor(at / slot) * slot), value: Number(value.toPrecision(2)) }
      : { at, value }
    const key = `${point.at} ${point.value}`
    merged.set(key, { ...point, count: count + (merged.get(key)?.count ?? 0) })
  }
  return [...merged.values()]
}

const usuallyRemembered = 15 * 60_000
const longestRemembered = 2 * 60 * 60_000
const mostPoints = 10_000
const fewPoints = 2000
