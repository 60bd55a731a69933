import type { Flag } from '../command.ts'
import type { DeclaredCommand } from './declared-command.ts'
import { foreignOptions } from './foreign-spellings.ts'
import { globalFlags } from './global-flags.ts'

/** One option of a command line, however it was spelled: `docker_tag=v1`, `--docker-tag v1`, `-w`. */
export type Option = {
  /** Without dashes and value, as typed. */
  readonly name: string
  /** How it was spelled, for messages: `docker_tag=`, `--docker-tag`, `-w`. */
  readonly typed: string
  /** `key=value`, `--option` or `-o`. */
  readonly spelling: 'key' | 'long' | 'short'
  /** All that follows the first `=`, or the next word; absent where nothing was given. */
  readonly value?: string
  /** The value was a word of its own. */
  readonly isDetached: boolean
  /** How many words of the command were typed before it. */
  readonly wordsBefore: number
}

/** An option that does not know its place yet. */
type Placeless = Omit<Option, 'wordsBefore'>

/** A command line, taken apart but not judged. */
export type Tokens = {
  readonly words: readonly string[]
  readonly options: readonly Option[]
  /** Everything after `--`. */
  readonly rest: readonly string[]
}

/**
 * Takes a command line apart. Which words belong to an option is decided over the whole table, since flags may stand before the command
 * that they belong to; that is why a name takes a value in all commands or in none (a test of the table says so).
 */
export function tokenize(argv: readonly string[], commands: readonly DeclaredCommand[]): Tokens {
  const end = argv.indexOf('--')
  const before = end === -1 ? argv : argv.slice(0, end)
  const words: string[] = []
  const options: Option[] = []
  const pending = [...before]

  for (let word = pending.shift(); word !== undefined; word = pending.shift()) {
    const found = optionsOf(word, pending, commands)
    if (found === undefined) words.push(word)
    else options.push(...found.map(option => ({ ...option, wordsBefore: words.length })))
  }
  return { words, options, rest: end === -1 ? [] : argv.slice(end + 1) }
}

/** The options that begin with this word, together with the next word if that is the value. */
function optionsOf(
  word: string,
  pending: string[],
  commands: readonly DeclaredCommand[],
): readonly Placeless[] | undefined {
  if (word.startsWith('--')) return [longOption(word, pending, commands)]
  if (word.startsWith('-') && word !== '-') return shortOptions(word, pending, commands)
  return word.includes('=') ? [keyOption(word)] : undefined
}

function keyOption(word: string): Placeless {
  const [name, value] = splitAtEquals(word)
  return { name, typed: `${name}=`, spelling: 'key', value, isDetached: false }
}

function longOption(word: string, pending: string[], commands: readonly DeclaredCommand[]): Placeless {
  const [typed, value] = splitAtEquals(word)
  const name = typed.slice('--'.length)
  const option = { name, typed, spelling: 'long' } as const
  if (value !== undefined) return { ...option, value, isDetached: false }
  if (!takesValue(name, commands)) return { ...option, isDetached: false }
  return { ...option, value: takeValue(pending), isDetached: true }
}

/** `-w`, `-a shop`, `-ashop`, `-a=shop`, `-wa shop`. */
function shortOptions(word: string, pending: string[], commands: readonly DeclaredCommand[]): Placeless[] {
  const options: Placeless[] = []
  const letters = Array.from(word.slice('-'.length))
  for (const [index, letter] of letters.entries()) {
    const following = letters.slice(index + 1).join('')
    const option = { name: letter, typed: `-${letter}`, spelling: 'short' } as const
    const flags = flagsOfLetter(letter, commands)
    const [flag] = flags
    if (flag === undefined) return [...options, { ...option, typed: word, isDetached: false }]
    if (following.startsWith('='))
      return [...options, { ...option, value: following.slice(1), isDetached: false }]
    if (flag.value !== undefined) {
      const isDetached = following === ''
      return [...options, { ...option, value: isDetached ? takeValue(pending) : following, isDetached }]
    }
    options.push({ ...option, isDetached: false })
  }
  return options
}

/** A word that looks like an option is never taken for a value: `--docker_tag --wait` lacks one, and `--docker_tag=--wait` says it. */
function takeValue(pending: string[]): string | undefined {
  const [next] = pending
  return next === undefined || (next.startsWith('-') && next !== '-') ? undefined : pending.shift()
}

function splitAtEquals(word: string): [string, string | undefined] {
  const at = word.indexOf('=')
  return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}

function takesValue(typed: string, commands: readonly DeclaredCommand[]): boolean {
  const names = [typed, foreignOptions.get(typed) ?? typed].map(name => name.replaceAll('-', '_'))
  const isNamed = ({ name }: { readonly name: string }) => names.includes(name.replaceAll('-', '_'))
  const flag = [...globalFlags, ...commands.flatMap(command => command.flags)].find(isNamed)
  return flag === undefined ? commands.some(command => command.keys.some(isNamed)) : flag.value !== undefined
}

function flagsOfLetter(letter: string, commands: readonly DeclaredCommand[]): Flag[] {
  return [...globalFlags, ...commands.flatMap(command => command.flags)].filter(flag => flag.alias === letter)
}
