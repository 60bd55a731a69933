import type { MetricPoint } from './state.ts'

export type Statistic = (points: readonly MetricPoint[]) => number

/** A statistic by its name in the API; undefined for one that the sandbox does not compute. Of no points it says nothing. */
export function statisticNamed(name: string): Statistic | undefined {
  const [, percent] = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name) ?? []
  return percent === undefined ? simple.get(name) : points => percentile(points, Number(percent))
}

export const statisticNames = 'SampleCount, Sum, Average, Minimum, Maximum and p0 to p100'

const sum: Statistic = points => points.reduce((total, { value, count }) => total + value * count, 0)
const count: Statistic = points => points.reduce((total, point) => total + point.count, 0)

const simple: ReadonlyMap<string, Statistic> = new Map([
  ['SampleCount', count],
  ['Sum', sum],
  ['Average', points => sum(points) / count(points)],
  ['Minimum', points => Math.min(...points.map(({ value }) => value))],
  ['Maximum', points => Math.max(...points.map(({ value }) => value))],
])

/** The smallest value that so many per cent of all do not exceed. */
function percentile(points: readonly MetricPoint[], percent: number): number {
  const wanted = (count(points) * percent) / 100
  const inOrder = points.toSorted((one, other) => one.value - other.value)
  let seen = 0
  for (const { value, count: its } of inOrder) {
    seen += its
    if (seen >= wanted) return value
  }
  return inOrder.at(-1)?.value ?? NaN
}
