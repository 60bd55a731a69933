import { nearest } from '../../names/nearest.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Invocation } from '../command.ts'
import { quoted } from '../text/quoted.ts'
import { checkOptions, refuseUnknown, type Checked } from './check-options.ts'
import type { DeclaredCommand } from './declared-command.ts'
import { commandsUnder, findCommand, unknownCommand, type Found } from './find-command.ts'
import { globalFlags } from './global-flags.ts'
import { resolveOption } from './resolve-option.ts'
import { takes } from './takes.ts'
import { tokenize, type Option, type Tokens } from './tokenize.ts'

/** What a command line asks for. */
export type Parsed =
  | { readonly kind: 'run'; readonly invocation: Invocation }
  /** The words of a command or verb; none for tapit itself. */
  | { readonly kind: 'help'; readonly words: readonly string[] }

/**
 * Reads a command line; every way in which it can be wrong is a `Refusal`.
 *
 * `key=value` and the spellings of other systems are rewritten and judged here, in front of yargs, which would guess: it takes unknown
 * options for known ones of some type, turns `1e3` into 1000 and lists of repeated options into arrays.
 */
export async function parseArgv(
  argv: readonly string[],
  commands: readonly DeclaredCommand[],
): Promise<Parsed> {
  const tokens = tokenize(argv, commands)
  if (asksForHelp(tokens)) return { kind: 'help', words: helpWords(tokens.words, commands) }

  const found = findCommand(tokens.words, commands)
  refuseStrangers(tokens, found, commands)
  refuseSwallowedVerb(tokens, found, commands)
  if (found === undefined) throw unknownCommand(wordsOf(tokens), commands)

  const options = checkOptions(tokens.options, found.command)
  refuseExtraWords(found)
  refuseRest(tokens.rest, found.command)
  // Help, completion and mistakes are answered without yargs, which is most of what there is to load.
  const { route } = await import('./route.ts')
  return { kind: 'run', invocation: await route(asTyped(found.command, options, tokens.rest), commands) }
}

/** Where only `key=value` was typed, as in `tapit help=`, that is what is no command. */
function wordsOf({ words, options }: Tokens): readonly string[] {
  return words.length === 0
    ? options.flatMap(({ spelling, typed }) => (spelling === 'key' ? [typed] : [])).slice(0, 1)
    : words
}

function asksForHelp({ words, options }: Tokens): boolean {
  return words[0] === 'help' || options.some(isHelp)
}

function isHelp({ name, spelling, value = 'true' }: Option): boolean {
  return value === 'true' && name === (spelling === 'short' ? 'h' : 'help') && spelling !== 'key'
}

function helpWords(words: readonly string[], commands: readonly DeclaredCommand[]): readonly string[] {
  const asked = words[0] === 'help' ? words.slice(1) : words
  const found = findCommand(asked, commands)
  if (found !== undefined) return found.command.words
  if (commandsUnder(asked, commands).length === 0) throw unknownCommand(asked, commands)
  return asked
}

/**
 * Options that no command takes are said first: whether the word after one is its value cannot be known. But where what was typed before
 * it is no command, that is the news.
 */
function refuseStrangers(
  { words, options }: Tokens,
  found: Found | undefined,
  commands: readonly DeclaredCommand[],
): void {
  const anywhere = {
    keys: commands.flatMap(command => command.keys),
    flags: commands.flatMap(command => command.flags),
  }
  const stranger = options.find(
    option => option.spelling !== 'key' && resolveOption(option, anywhere) === undefined,
  )
  if (stranger === undefined) return
  const isVerbUnknown = found === undefined && commandsUnder(words.slice(0, 1), commands).length === 0
  if (stranger.wordsBefore === 0 || !isVerbUnknown) refuseUnknown(stranger, found?.command)
}

/** In `tapit -a $UNSET create deploy`, `create` is not the app: the words that are left would run as another command's. */
function refuseSwallowedVerb(
  { options }: Tokens,
  found: Found | undefined,
  commands: readonly DeclaredCommand[],
): void {
  if (found !== undefined && !found.isForeign) return
  const swallowing = options.find(
    ({ value, isDetached }) =>
      isDetached && (value === undefined || commands.some(({ words }) => words[0] === value)),
  )
  if (swallowing === undefined) return
  const { typed, value } = swallowing
  throw new Refusal({
    code: 'missing_value',
    exit: 'usage',
    message: `${typed} has no value${value === undefined ? '' : `: the word after it is the command ${quoted(value)}`}.`,
    advice: `write ${typed}=VALUE (is a variable not set?)`,
  })
}

function refuseExtraWords({ command, extra }: Found): void {
  const [word] = extra
  if (word === undefined) return
  const spelled = new Map([
    ...[...globalFlags, ...command.flags].map(({ name }) => [name, `--${name}`] as const),
    ...command.keys.map(({ name }) => [name, `${name}=`] as const),
  ])
  const [meant] = nearest(word, [...spelled.keys()]).map(name => spelled.get(name))
  throw new Refusal({
    code: 'unexpected_word',
    exit: 'usage',
    message:
      `${command.words.join(' ')} does not take the word ${quoted(word)}.` +
      (meant === undefined ? '' : ` Did you mean ${meant}?`),
    advice: takes(command),
  })
}

function refuseRest([word]: readonly string[], command: DeclaredCommand): void {
  if (word === undefined || command.rest !== undefined) return
  throw new Refusal({
    code: 'unexpected_word',
    exit: 'usage',
    message: `${command.words.join(' ')} takes nothing after "--", but ${quoted(word)} follows it.`,
    advice: takes(command),
  })
}

function asTyped(command: DeclaredCommand, options: readonly Checked[], rest: readonly string[]): string[] {
  const spelled = options.map(({ name, value }) => (value === undefined ? `--${name}` : `--${name}=${value}`))
  return [...command.words, ...spelled, ...(rest.length === 0 ? [] : ['--', ...rest])]
}
