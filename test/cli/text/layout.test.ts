import { fc } from '../../fakes/fast-check.ts'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { quoted } from '../../../lib/cli/text/quoted.ts'
import { table } from '../../../lib/cli/text/table.ts'
import { truncate } from '../../../lib/cli/text/truncate.ts'
import { wrap } from '../../../lib/cli/text/wrap.ts'

describe('truncated text', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly', 7, 'exactly'],
    ['too long', 5, 'too …'],
    ['漢字漢字', 5, '漢字…'],
    ['漢字漢字', 4, '漢…'],
    ['👩‍💻👩‍💻👩‍💻', 4, '👩‍💻…'],
    ['anything', 1, '…'],
    ['anything', 0, ''],
    ['\u001b[31mred and more\u001b[39m', 5, '\u001b[31mred …\u001b[39m'],
  ])('%j in %d columns is %j', (text, columns, cut) => {
    expect(truncate(text, columns)).toBe(cut)
  })

  it('fits, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.nat(20), (text, columns) => {
        expect(stringWidth(truncate(text, columns))).toBeLessThanOrEqual(columns)
      }),
    )
  })

  it('is quick with a very long one', () => {
    expect(truncate('x'.repeat(50_000_000), 10)).toBe('xxxxxxxxx…')
  })
})

describe('a quoted value', () => {
  it.each([
    ['v1', '"v1"'],
    ['\u001b[31m', String.raw`"\u{1b}[31m"`],
    ['x'.repeat(20_000), `"${'x'.repeat(59)}…"`],
  ])('%#', (text, shown) => {
    expect(quoted(text)).toBe(shown)
  })
})

describe('wrapped text', () => {
  it.each([
    ['one two three', { columns: 8 }, 'one two\nthree'],
    ['one two three', { columns: 9, indent: 2 }, '  one two\n  three'],
    ['one two three', { columns: 7, hanging: 1 }, 'one two\n three'],
    ['a https://example.com/long b', { columns: 8 }, 'a\nhttps://example.com/long\nb'],
    ['漢字 漢字', { columns: 8 }, '漢字\n漢字'],
    ['one\n\ntwo', { columns: 8, indent: 1 }, ' one\n\n two'],
    ['', { columns: 8 }, ''],
  ])('%j %j', (text, options, wrapped) => {
    expect(wrap(text, options)).toBe(wrapped)
  })
})

describe('a table', () => {
  it('aligns its columns', () => {
    const text = table(
      [
        ['PROCESS', 'TAG', 'TASKS'],
        ['漢字', 'v1.3.0', '2/2'],
        ['worker', '', '1/1'],
      ],
      { indent: 2 },
    )

    expect(text).toBe('  PROCESS  TAG     TASKS\n  漢字     v1.3.0  2/2\n  worker           1/1')
  })

  it('shrinks its widest columns until it fits', () => {
    const text = table([['default', 'x'.repeat(40), 'y'.repeat(30), 'z']], { columns: 40 })

    expect(text).toBe(`default  ${'x'.repeat(12)}…  ${'y'.repeat(12)}…  z`)
    expect(stringWidth(text)).toBe(40)
  })

  it('never makes a column so narrow that it tells nothing', () => {
    expect(table([['abcdefgh', 'abcdefgh']], { columns: 3 })).toBe('abcde…  abcde…')
  })

  it('fits wherever it can', () => {
    const row = fc.array(fc.string({ unit: 'grapheme', maxLength: 50 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 60, max: 120 }),
        (rows, columns) => {
          for (const line of table(rows, { columns }).split('\n'))
            expect(stringWidth(line)).toBeLessThanOrEqual(columns)
        },
      ),
    )
  })
})
