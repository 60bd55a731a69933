import { fc } from '../../fakes/fast-check.ts'
import { describe, expect, it } from 'vitest'
import { parseArgv } from '../../../lib/cli/argv/parse-argv.ts'
import { table } from '../../../lib/cli/commands/table.ts'
import { Refusal } from '../../../lib/names/refusal.ts'
import { run } from './run.ts'

const vocabulary = [
  ...new Set(
    table.flatMap(({ words, keys, flags }) => [
      ...words,
      ...keys.flatMap(({ name }) => [`${name}=`, `--${name}`, `--${name}=x`]),
      ...flags.flatMap(({ name, alias }) => [`--${name}`, `--${name}=1m`, `-${alias ?? name}`]),
    ]),
  ),
  '-a',
  '-e',
  '-o',
  '-wo',
  '-1',
  '-h',
  '--help',
  'help',
  '--app=x',
  'json',
  '--',
  '-',
  '--=',
  '---',
  '-=',
  '=',
  '',
  '--yes=false',
  '--no-wait',
  '--version',
  '__proto__=1',
  '--__proto__=1',
  '--constructor',
  '--get-yargs-completions',
]
const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
const anyArgv = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...vocabulary) }, anyText), {
  maxLength: 9,
})

describe('any command line at all', () => {
  it('is understood or refused as bad usage, and nothing else is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(anyArgv, async argv => {
        const outcome = await parseArgv(argv, table).catch((error: unknown) => error)
        const isRefused = outcome instanceof Refusal && outcome.exitCode === 2
        const isUnderstood = !(outcome instanceof Error)
        expect({ outcome, isExpected: isRefused || isUnderstood }).toMatchObject({ isExpected: true })
      }),
      { numRuns: 1500 },
    )
  })

  it('never sends a control character of its own to the terminal', async () => {
    await fc.assert(
      fc.asyncProperty(anyArgv, async argv => {
        const { stderr, stdout } = await run(argv)
        expect(stderr + stdout).not.toMatch(/(?!\n)\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/u)
      }),
      { numRuns: 500 },
    )
  })

  it('gives every value back exactly as it was typed, wherever its words stand', async () => {
    const words = ['create', 'deploy']
    const value = anyText.filter(text => text !== '')
    await fc.assert(
      fc.asyncProperty(value, value, fc.nat(2), fc.boolean(), async (tag, reason, at, isOption) => {
        const spelled = isOption ? `--docker-tag=${tag}` : `docker_tag=${tag}`
        const argv = [...words.slice(0, at), spelled, ...words.slice(at), `reason=${reason}`, '-w']
        const { code, invocation } = await run(argv)

        expect(code).toBe(0)
        expect(invocation?.keys).toEqual({ docker_tag: tag, reason })
        expect(invocation?.flags).toEqual({ wait: true, timeout: '30m' })
      }),
      { numRuns: 500 },
    )
  })
})
