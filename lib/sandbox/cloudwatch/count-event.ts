import type { World } from '../world.ts'
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
  points.push({ at, value, count: 1 })
  const kept = points.findIndex(point => point.at > now - remembered)
  points.splice(0, Math.max(kept, points.length - mostPoints))
}

/** So that a snapshot stays small: as long as anybody looks back in a deployment, and then some. */
const remembered = 15 * 60_000
const mostPoints = 3000
