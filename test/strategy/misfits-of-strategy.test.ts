import { describe, expect, it } from 'vitest'
import type { StrategyConfig } from '../../lib/config/app-config.ts'
import { type MisfitsOptions, misfitsOfStrategy } from '../../lib/strategy/misfits-of-strategy.ts'

describe('a strategy for a process', () => {
  it.each<[string, Omit<StrategyConfig, 'name'>, Partial<MisfitsOptions>, string]>([
    ['linear settings in a canary', { type: 'canary', stepPercent: 10 }, {}, 'stepPercent is for linear'],
    [
      'canary settings in a linear one',
      { type: 'linear', canaryBakeMinutes: 1 },
      {},
      'canaryBakeMinutes is for canary',
    ],
    [
      'a bake time in a rolling one',
      { type: 'rolling', bakeMinutes: 5 },
      {},
      'bakeMinutes is for blue_green',
    ],
    ['a pause in a rolling one', { type: 'rolling', pauseBefore: ['switch'] }, {}, 'pauseBefore is for'],
    [
      'no room to move',
      { type: 'rolling', minimumHealthyPercent: 100, maximumPercent: 100 },
      {},
      'maximumPercent (100) must be above minimumHealthyPercent (100)',
    ],
    [
      'more than CloudFormation waits for',
      { type: 'canary', bakeMinutes: 1440, canaryBakeMinutes: 541 },
      {},
      'takes 1981 minutes; at most 1980',
    ],
    [
      'more steps than CloudFormation waits for',
      { type: 'linear', stepPercent: 3, stepBakeMinutes: 61 },
      {},
      'takes 2013 minutes',
    ],
    [
      'two rules and a switch',
      { type: 'blue_green' },
      { rules: 2 },
      'can switch one: use rolling, or one rule',
    ],
    ['a worker with a canary', { type: 'canary' }, { isLoadBalanced: false }, 'use rolling or blue_green'],
    [
      'a worker that rolls back on http',
      { type: 'rolling', rollbackOn: [{ metric: 'http.error_rate', above: 5 }] },
      { isLoadBalanced: false },
      'use system metrics',
    ],
    [
      'a rule without a limit',
      { type: 'rolling', rollbackOn: [{ metric: 'http.rpm' }] },
      {},
      'either above or below',
    ],
  ])('refuses %s', (_, strategy, options, expected) => {
    const misfits = misfitsOfStrategy({
      strategy: { name: 'mine', ...strategy },
      isLoadBalanced: true,
      ...options,
    })

    expect(misfits).toEqual([expect.stringContaining(expected)])
  })

  it.each<[string, Omit<StrategyConfig, 'name'>, Partial<MisfitsOptions>]>([
    ['rolling over two rules', { type: 'rolling' }, { rules: 2 }],
    ['blue-green for a worker', { type: 'blue_green', bakeMinutes: 3 }, { isLoadBalanced: false }],
    ['a whole day of baking', { type: 'blue_green', bakeMinutes: 1440 }, {}],
    ['the slowest linear one of four steps', { type: 'linear', stepPercent: 25, stepBakeMinutes: 660 }, {}],
    ['a canary that pauses', { type: 'canary', pauseBefore: ['switch', 'step', 'finalize'] }, {}],
  ])('takes %s', (_, strategy, options) => {
    const misfits = misfitsOfStrategy({
      strategy: { name: 'mine', ...strategy },
      isLoadBalanced: true,
      ...options,
    })

    expect(misfits).toEqual([])
  })
})
