import { fc } from '../../fakes/fast-check.ts'
import { describe, expect, it } from 'vitest'
import { evaluateExpression } from '../../../lib/sandbox/cloudwatch/math/evaluate-expression.ts'
import { ExpressionError, parseExpression } from '../../../lib/sandbox/cloudwatch/math/parse-expression.ts'

const known: Readonly<Record<string, readonly (number | undefined)[]>> = {
  m1: [1, 2, undefined],
  m2: [10, undefined, undefined],
  zero: [0, 0, 0],
}

const evaluate = (text: string, series = known) =>
  evaluateExpression(parseExpression(text), { length: 3, seriesOf: id => series[id] ?? [] })

const none = undefined

describe('metric math', () => {
  it.each([
    ['1 + 2 * 3', [7, 7, 7]],
    ['(1 + 2) * 3', [9, 9, 9]],
    ['8 / 2 / 2', [2, 2, 2]],
    ['1 - 2 - 3', [-4, -4, -4]],
    ['-m1 * -2', [2, 4, none]],
    ['.5e1 + 1.', [6, 6, 6]],
    ['m1 + m2', [11, none, none]],
    ['SUM([m1, m2])', [11, 2, none]],
    ['AVG([m1, m2])', [5.5, 2, none]],
    ['MIN([m1,m2])', [1, 2, none]],
    ['MAX([m1,m2])', [10, 2, none]],
    ['FILL(m2, 0)', [10, 0, 0]],
    ['FILL(m2, m1)', [10, 2, none]],
    ['m1 / zero', [none, none, none]],
    ['zero / zero', [none, none, none]],
    ['m1 > 1', [0, 1, none]],
    ['m1 <= 1', [1, 0, none]],
    ['m1 == 2', [0, 1, none]],
    ['m1 != 2', [1, 0, none]],
    ['IF(m1 > 1, 100, m1)', [1, 100, none]],
    ['IF(m1 >= 2, 100)', [none, 100, none]],
    ['100 * SUM([FILL(m1, 0), FILL(zero, 0)]) / SUM([FILL(m2, 0)])', [10, none, none]],
    ['MAX([100 * FILL(zero, 0) / FILL(m1, 1), 100 * FILL(m2, 0) / FILL(m1, 1)])', [1000, 0, 0]],
  ])('%s', (text, values) => {
    expect(evaluate(text)).toEqual(values)
  })

  it.each([
    ['', 'it ends too early'],
    ['1 +', 'it ends too early'],
    ['1 2', "'2' is not expected there"],
    ['SUM([m1)', "')' is not expected there"],
    ['m1 ^ 2', "'^' is not known here"],
    ['RATE(m1)', 'the sandbox knows SUM, AVG, MIN, MAX, FILL, IF, not RATE'],
    ['SUM(m1)', 'SUM takes several time series here, as in SUM([m1, m2])'],
    ['SUM(METRICS())', 'SUM takes several time series here'],
    ['FILL(m1)', 'FILL takes two values'],
    ['FILL(m1, 0, 0)', 'FILL takes two values'],
    ['IF(m1)', 'IF takes two or three values'],
    ['FILL(m1, REPEAT)', 'not REPEAT'],
    ['1 < 2 < 3', "'<' is not expected there"],
    ['('.repeat(101), 'it is nested more than 100 deep'],
    ['-'.repeat(101), 'it is nested more than 100 deep'],
    [`1${'+1'.repeat(2000)}`, 'it is longer than 2048 characters'],
  ])('refuses %s', (text, message) => {
    expect(() => parseExpression(text)).toThrow(message)
  })

  it('computes what JavaScript computes, whatever is nested in whatever', () => {
    fc.assert(
      fc.property(arithmetic, text => {
        // oxlint-disable-next-line no-eval -- it is made of numbers, operators and parentheses alone
        const expected: unknown = (0, eval)(text)
        const [value] = evaluate(text)
        expect(value).toEqual(Number.isFinite(expected) ? expected : undefined)
      }),
    )
  })

  it('reads or refuses any text, and nothing else happens', () => {
    const pieces = fc.constantFrom(
      'm1',
      '1',
      '+',
      '/',
      '(',
      ')',
      '[',
      ']',
      ',',
      'SUM',
      'FILL',
      'IF',
      '<',
      ' ',
      '^',
      'é',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), words => {
        expect(outcome(words.join(''))).toMatch(/^(3 values|refused)$/)
      }),
      { numRuns: 500 },
    )
  })
})

function outcome(text: string): string {
  try {
    return `${evaluate(text).length} values`
  } catch (error) {
    return error instanceof ExpressionError ? 'refused' : String(error)
  }
}

/** Without division: JavaScript goes on with infinities, where here is nothing any more. */
const { arithmetic } = fc.letrec<{ arithmetic: string }>(tie => ({
  arithmetic: fc.oneof(
    { maxDepth: 6 },
    fc.nat(1000).map(String),
    fc
      .tuple(tie('arithmetic'), fc.constantFrom(' + ', ' - ', ' * '), tie('arithmetic'))
      .map(parts => parts.join('')),
    tie('arithmetic').map(inner => `(${inner})`),
    tie('arithmetic').map(inner => `(-${inner})`),
  ),
}))
