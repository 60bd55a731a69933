import { describe, expect, it } from 'vitest'
import { foreignWords } from '../../../lib/cli/argv/foreign-spellings.ts'
import { globalFlags } from '../../../lib/cli/argv/global-flags.ts'
import { table } from '../../../lib/cli/commands/table.ts'
import { run } from './run.ts'

const typed = table.map(({ words }) => words.join(' '))

describe('the table of commands', () => {
  it('has no command twice, and none that is the prefix of another', () => {
    const prefixes = typed.filter(command =>
      typed.some(other => other !== command && other.startsWith(`${command} `)),
    )

    expect(prefixes).toEqual([])
    expect(new Set(typed).size).toBe(typed.length)
  })

  it('has no command that is spelled as one of another system', () => {
    const foreign = foreignWords.map(({ typed }) => typed.join(' '))

    expect(typed.filter(command => foreign.includes(command))).toEqual([])
  })

  it('gives a name a value in all commands or in none, since flags may stand before the command', () => {
    const withValue = [...globalFlags, ...table.flatMap(({ flags }) => flags)]
      .filter(flag => flag.value !== undefined)
      .map(({ name }) => name)
    const switches = [...globalFlags, ...table.flatMap(({ flags }) => flags)]
      .filter(flag => flag.value === undefined)
      .map(({ name }) => name)
    const keys = table.flatMap(({ keys }) => keys.map(({ name }) => name.replaceAll('_', '-')))

    expect(switches.filter(name => withValue.includes(name) || keys.includes(name))).toEqual([])
  })

  it('gives a letter one meaning', () => {
    const letters = new Map<string, Set<string>>()
    for (const { name, alias } of [...globalFlags, ...table.flatMap(({ flags }) => flags)]) {
      if (alias !== undefined) letters.set(alias, (letters.get(alias) ?? new Set()).add(name))
    }

    expect([...letters].filter(([, names]) => names.size > 1)).toEqual([])
  })

  it.each(table.map(command => [command.words.join(' '), command] as const))(
    '%s: names are as they must be, flags and keys apart',
    (_, { keys, flags }) => {
      const names = [...keys, ...flags, ...globalFlags].map(({ name }) => name.replaceAll('_', '-'))

      expect(keys.filter(({ name }) => !/^[a-z]+(?:_[a-z]+)*$/.test(name))).toEqual([])
      expect(flags.filter(({ name }) => !/^[a-z]+(?:-[a-z]+)*$/.test(name))).toEqual([])
      expect(new Set(names).size).toBe(names.length)
    },
  )

  it.each(table.map(command => [command.words.join(' '), command] as const))(
    '%s: has two examples at least, each of which is understood as that command',
    async (typed, { examples }) => {
      const lines = examples.map(({ line }) => /\btapit (?<argv>[^|&>)]*)/.exec(line)?.groups?.['argv'] ?? '')
      const ran = await Promise.all(lines.map(line => run(unquoted(line))))

      expect(lines.length).toBeGreaterThanOrEqual(2)
      expect(ran.map(({ invocation, stderr }) => invocation?.command.words.join(' ') ?? stderr)).toEqual(
        lines.map(() => typed),
      )
    },
  )
})

function unquoted(line: string): string[] {
  return (line.match(/(?:"[^"]*"|[^\s"])+/g) ?? []).map(word => word.replaceAll('"', ''))
}
