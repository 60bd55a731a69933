import { describe, expect, it } from 'vitest'
import { fc } from '../fakes/fast-check.ts'
import { shortName } from '../../lib/names/short-name.ts'

describe('a short name', () => {
  it('is its parts with hyphens where they fit', () => {
    expect(shortName(['shop', 'worker', 'blue'], 32)).toBe('shop-worker-blue')
  })

  it('stays the same from run to run where it had to be shortened', () => {
    expect(shortName(['a-rather-long-application', 'staging', 'backoffice', 'blue'], 32)).toBe(
      'a-rather-long-application-ubl9o6',
    )
  })

  it('differs for parts that would be spelled alike', () => {
    const names = [
      ['shop', 'back_office'],
      ['shop', 'back-office'],
      ['shop', 'back.office'],
    ].map(parts => shortName(parts, 32))

    expect(new Set(names).size).toBe(3)
  })

  it('is within the limit, of letters, digits and inner hyphens, whatever the parts', () => {
    const part = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,62}$/)

    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), parts => {
        expect(shortName(parts, 32)).toMatch(/^(?=.{1,32}$)[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/)
      }),
    )
  })

  it('tells ten thousand names of one beginning apart', () => {
    const names = Array.from({ length: 10_000 }, (_, index) =>
      shortName(['a-rather-long-application', 'production', `process-${index}`, 'blue'], 32),
    )

    expect(new Set(names).size).toBe(names.length)
  })
})
