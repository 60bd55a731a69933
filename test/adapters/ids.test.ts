import { expect, it } from 'vitest'

import { newIds } from '../../lib/adapters/ids.ts'

it('makes ids that sort by the time they were made, also within one millisecond', () => {
  let now = 1_000
  const { newId } = newIds({ now: () => now })

  const made = [newId('dep'), newId('dep'), newId('dep')]
  now = 2_000
  made.push(newId('dep'))

  expect(made.toSorted()).toEqual(made)
  expect(new Set(made).size).toBe(4)
  expect(made[0]).toMatch(/^dep_[0-9a-z]{26}$/)
  expect(newId('grp')).toMatch(/^grp_/)
})

it('makes ids that still sort when the clock goes back', () => {
  let now = 2_000
  const { newId } = newIds({ now: () => now })
  const first = newId('dep')
  now = 1_000

  expect(newId('dep') > first).toBe(true)
})

it('makes tokens that nobody guesses', () => {
  const { newToken } = newIds({ now: () => 1 })

  expect(newToken()).toMatch(/^[0-9a-f]{32}$/)
  expect(newToken()).not.toBe(newToken())
})
