import { fc } from '../../fakes/fast-check.ts'
import { describe, expect, it } from 'vitest'
import { printable } from '../../../lib/cli/text/printable.ts'

describe('printable text', () => {
  it.each([
    ['plain ünïcødé 漢字 🚀', 'plain ünïcødé 漢字 🚀'],
    ['👩‍💻 keeps its joiner', '👩‍💻 keeps its joiner'],
    ['\u001b[31mred', String.raw`\u{1b}[31mred`],
    ['\u001b]0;title\u0007', String.raw`\u{1b}]0;title\u{7}`],
    ['\u009b31m', String.raw`\u{9b}31m`],
    ['a\rb\tc\u0000', String.raw`a\u{d}b\u{9}c\u{0}`],
    ['a\u202eb\u2066c\u200fd', String.raw`a\u{202e}b\u{2066}c\u{200f}d`],
    ['a\u200bb\ufeffc', String.raw`a\u{200b}b\u{feff}c`],
    ['a\u2028b', String.raw`a\u{2028}b`],
    ['\ud800x\udc00', String.raw`\u{d800}x\u{dc00}`],
    ['tag\u{e0041}', String.raw`tag\u{e0041}`],
    ['one\ntwo', String.raw`one\u{a}two`],
  ])('%j is shown as %s', (text, shown) => {
    expect(printable(text)).toBe(shown)
  })

  it('keeps line breaks only where asked', () => {
    expect(printable('one\ntwo\r\n', { newlines: true })).toBe('one\ntwo\\u{d}\n')
  })

  it('is printable already, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const shown = printable(text)

        expect(printable(shown)).toBe(shown)
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })
})
