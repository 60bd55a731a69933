import { fc } from '../fakes/fast-check.ts'
import { describe, expect, it } from 'vitest'
import { appOfEnvironment } from '../../lib/config/app-of-environment.ts'
import { parseConfig } from '../../lib/config/read-config.ts'
import { Refusal } from '../../lib/names/refusal.ts'
import { designExample } from './support/design-example.ts'

/** What YAML and the schema take for something. */
const words =
  'app processes default worker env routes on path cpu scale strategies null ~ true 0x1F 1e400 .nan 256 shop __proto__ constructor'
const signs =
  ': |:|\n|\n  |\n    |- |? |{|}|[|]|, |"|\'|#| #|>\n|&a |*a|<<: *a|!!str |!x |---\n|...\n|%YAML 1.1\n|\t|\r\n|\uFEFF|\u0000|/*|@|`'
const pieces = [...words.split(' '), ...signs.split('|'), '|\n']
const yamlish = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4, unit: 'grapheme' })), {
    maxLength: 40,
  })
  .map(words => words.join(''))

const cut = fc.record({
  at: fc.nat(designExample.length),
  length: fc.nat(30),
  put: fc.oneof(fc.constant(''), fc.constantFrom(...pieces), fc.string({ maxLength: 8 })),
})
const mutated = fc
  .array(cut, { minLength: 1, maxLength: 4 })
  .map(cuts =>
    cuts.reduce(
      (text, { at, length, put }) => text.slice(0, at) + put + text.slice(at + length),
      designExample,
    ),
  )

/** One value or key of the design's example, replaced by something of another kind. */
const replaced = fc
  .record({
    line: fc.nat(designExample.split('\n').length - 1),
    value: fc.constantFrom(
      '',
      'null',
      '3',
      '-1',
      '"x"',
      'true',
      '[]',
      '{}',
      '[1, {a: b}]',
      '{ a: { b: [c] } }',
      '*x',
    ),
  })
  .map(({ line, value }) =>
    designExample
      .split('\n')
      .map((text, index) => (index === line ? text.replace(/: .*$/, `: ${value}`) : text))
      .join('\n'),
  )

describe('any text', { timeout: 30_000 }, () => {
  it.each([
    ['that looks like YAML', yamlish],
    ['that was the design’s example', mutated],
    ['of which one value is of another kind', replaced],
  ])('%s is read, or refused with places that are in it', (_, texts) => {
    fc.assert(
      fc.property(texts, text => {
        expect(problemOf(text)).toBeUndefined()
      }),
      { numRuns: 300 },
    )
  })

  it('of pieces of YAML below a good beginning is read, or refused with places that are in it', () => {
    fc.assert(
      fc.property(yamlish, text => {
        expect(problemOf(`app: shop\nprocesses:\n  default:\n    ${text}`)).toBeUndefined()
      }),
      { numRuns: 300 },
    )
  })
})

/** What is not as it must be with the answer to a text: nothing. */
function problemOf(text: string): string | undefined {
  try {
    const config = parseConfig(text, 'tapit.yml')
    for (const environment of config.environments) appOfEnvironment(config, environment)
    return undefined
  } catch (error) {
    return error instanceof Refusal ? misplaced(error, text) : String(error)
  }
}

function misplaced({ message }: Refusal, text: string): string | undefined {
  const lines = text.split('\n')
  return message.split('\n').find(said => {
    if (/^and \d+ more$/.test(said)) return false
    const [, line, column] = /^tapit\.yml:(\d+):(\d+): \S/.exec(said) ?? []
    const pointedAt = lines[Number(line) - 1]
    return pointedAt === undefined || Number(column) < 1 || Number(column) > pointedAt.length + 1
  })
}
