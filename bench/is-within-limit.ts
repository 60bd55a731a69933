import type { Figure } from './figure.ts'
import { median } from './statistics.ts'

/** Whether a figure keeps its limit; one that was not measured often enough does not. */
export function isWithinLimit({ values, limit = {}, atLeast = 1 }: Figure): boolean {
  if (values.length < atLeast || values.some(Number.isNaN)) return false
  const { median: middle = Infinity, max = Infinity } = limit
  return median(values) <= middle && Math.max(...values) <= max
}
