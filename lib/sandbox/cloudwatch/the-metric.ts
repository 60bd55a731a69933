import type { CloudWatchState, MetricState } from './state.ts'

type MetricIdentity = Pick<MetricState, 'namespace' | 'name' | 'dimensions'>

/** The metric of that name, made where there is none yet. */
export function theMetric({ metrics }: CloudWatchState, wanted: Omit<MetricState, 'points'>): MetricState {
  const known = metrics.find(metric => isSame(metric, wanted) && metric.unit === wanted.unit)
  if (known !== undefined) return known
  const metric = { ...wanted, points: [] }
  metrics.push(metric)
  return metric
}

/** A metric is its namespace, its name and exactly its dimensions. */
export function isSame(a: MetricIdentity, b: MetricIdentity): boolean {
  if (a.namespace !== b.namespace || a.name !== b.name) return false
  const names = Object.keys(a.dimensions)
  if (names.length !== Object.keys(b.dimensions).length) return false
  return names.every(name => a.dimensions[name] === b.dimensions[name])
}
