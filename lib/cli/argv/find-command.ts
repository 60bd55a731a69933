import { nearest } from '../../names/nearest.ts'
import { Refusal } from '../../names/refusal.ts'
import { quoted } from '../text/quoted.ts'
import type { DeclaredCommand } from './declared-command.ts'
import { foreignWords } from './foreign-spellings.ts'

export type Found = {
  readonly command: DeclaredCommand
  /** Words that were typed after the command's own. */
  readonly extra: readonly string[]
  /** The words are those of another system. */
  readonly isForeign: boolean
}

/** The command that the words begin with, in tapit's own spelling or in that of another system. */
export function findCommand(
  words: readonly string[],
  commands: readonly DeclaredCommand[],
): Found | undefined {
  const own = commands.find(command => isPrefix(command.words, words))
  if (own !== undefined) return { command: own, extra: words.slice(own.words.length), isForeign: false }
  for (const { typed, means } of foreignWords) {
    const command = commands.find(command => sameWords(command.words, means))
    if (command !== undefined && isPrefix(typed, words)) {
      return { command, extra: words.slice(typed.length), isForeign: true }
    }
  }
  return undefined
}

/** The commands that begin with all of the words: those of a verb. */
export function commandsUnder(
  words: readonly string[],
  commands: readonly DeclaredCommand[],
): DeclaredCommand[] {
  return commands.filter(command => isPrefix(words, command.words))
}

/** Why the words are no command, and which may have been meant. */
export function unknownCommand(words: readonly string[], commands: readonly DeclaredCommand[]): Refusal {
  if (words.length === 0) {
    return new Refusal({
      code: 'no_command',
      exit: 'usage',
      message: 'no command was given.',
      advice: `commands: ${commands.map(command => command.words.join(' ')).join(', ')}   (tapit --help)`,
    })
  }
  const known = words.slice(0, knownWords(words, commands))
  const under = commandsUnder(known, commands)
  const next = [...new Set(under.map(command => command.words[known.length] ?? ''))]
  if (known.length === words.length) {
    return new Refusal({
      code: 'incomplete_command',
      exit: 'usage',
      message: `"${known.join(' ')}" is not a whole command: ${known.join(' ')} what?`,
      advice: `${known.join(' ')} takes: ${next.join('  ')}   (tapit ${known.join(' ')} --help)`,
    })
  }

  const unknown = words[known.length] ?? ''
  const meant = suggestions(unknown, known, commands)
  const typed = [...known, unknown].join(' ')
  return new Refusal({
    code: 'unknown_command',
    exit: 'usage',
    message: `unknown command ${quoted(typed)}.${meant.length === 0 ? '' : ` Did you mean ${meant.join(' or ')}?`}`,
    advice:
      known.length === 0
        ? `commands begin with: ${next.join('  ')}   (tapit --help)`
        : `${known.join(' ')} takes: ${next.join('  ')}   (tapit ${known.join(' ')} --help)`,
  })
}

/** Whole commands or verbs near to the unknown word; at the beginning also by a noun, or by another system's word for one. */
function suggestions(
  unknown: string,
  known: readonly string[],
  commands: readonly DeclaredCommand[],
): string[] {
  const next = commandsUnder(known, commands).map(({ words }) => words[known.length] ?? '')
  const near = nearest(unknown, next).map(word => [...known, word].join(' '))
  return near.length > 0 || known.length > 0 ? near : byOtherWords(unknown, commands)
}

function byOtherWords(unknown: string, commands: readonly DeclaredCommand[]): string[] {
  const nouns = commands.map(({ words }) => ({ word: words.at(-1) ?? '', means: words }))
  const foreign = foreignWords
    .filter(({ means }) => commands.some(({ words }) => sameWords(words, means)))
    .map(({ typed, means }) => ({ word: typed.join(' '), means }))
  const near = nearest(
    unknown,
    [...nouns, ...foreign].map(({ word }) => word),
  )
  const meant = near.map(
    word => [...nouns, ...foreign].find(other => other.word === word)?.means.join(' ') ?? word,
  )
  return [...new Set(meant)]
}

function knownWords(words: readonly string[], commands: readonly DeclaredCommand[]): number {
  const unknownAt = words.findIndex(
    (_, index) => commandsUnder(words.slice(0, index + 1), commands).length === 0,
  )
  return unknownAt === -1 ? words.length : unknownAt
}

function isPrefix(prefix: readonly string[], words: readonly string[]): boolean {
  return prefix.length <= words.length && prefix.every((word, index) => word === words[index])
}

function sameWords(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && isPrefix(one, other)
}
