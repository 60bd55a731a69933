import { describe, expect, it } from 'vitest'
import { healthChanges } from '../../../lib/sandbox/elbv2/target-health.ts'
import type { TargetRecord } from '../../../lib/sandbox/elbv2/state.ts'

const target: TargetRecord = {
  id: '10.0.0.1',
  port: 80,
  registeredAt: 1000,
  interval: 100,
  unhealthyThreshold: 2,
  healthyThreshold: 3,
  failure: 'refused',
}

describe('a new target, checked every 100 ms', () => {
  it.each([
    ['answers from the start', 1000, { healthyAt: 1100 }],
    ['answers exactly at the first check', 1100, { healthyAt: 1100 }],
    ['answers before the second check', 1101, { healthyAt: 1200 }],
    ['answers at the check that would make it unhealthy', 1200, { healthyAt: 1200 }],
    ['answers one check too late', 1201, { unhealthyAt: 1200, healthyAt: 1500 }],
    ['never answers', undefined, { unhealthyAt: 1200 }],
  ])('%s', (_name, answersFrom, changes) => {
    expect(healthChanges({ ...target, answersFrom })).toEqual(changes)
  })
})
