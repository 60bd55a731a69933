import { describe, expect, it } from 'vitest'
import type { Plan } from '../../lib/actions/plan/plan.ts'
import { planWarnings } from '../../lib/actions/plan/plan-warnings.ts'

const minutes = 60_000

describe('before a deploy is carried out', () => {
  it.each([
    ['linear as it is built in', { type: 'linear' }, 30 * minutes, 54],
    [
      'a canary that bakes long',
      { type: 'canary', canaryBakeMinutes: 25, bakeMinutes: 10 },
      30 * minutes,
      35,
    ],
  ] as const)('%s is said to take longer than it is followed', (_, settings, patience, taken) => {
    expect(warnings({ name: 'slow', ...settings }, { patience })).toEqual([
      { is: 'longer_than_wait', process: 'default', minutes: taken },
    ])
  })

  it.each([
    ['is over in time', { type: 'canary' }, { patience: 30 * minutes }],
    ['is not followed', { type: 'linear' }, {}],
  ] as const)('nothing is said of what %s', (_, settings, wait) => {
    expect(warnings({ name: 'quick', ...settings }, wait)).toEqual([])
  })
})

function warnings(settings: object, wait: { readonly patience?: number }) {
  const planned = {
    is: 'planned',
    process: 'default',
    settings,
    desired: 1,
    previous: { taskDefinition: 'old' },
  }
  const plan = { processes: [planned] } as unknown as Plan
  return planWarnings({ processes: [], leftOut: [] }, plan, wait)
}
