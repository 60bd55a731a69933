import type { DeclaredCommand } from '../argv/declared-command.ts'
import { commandsUnder } from '../argv/find-command.ts'
import { commandHelp } from './command-help.ts'
import { overview } from './overview.ts'
import { verbHelp } from './verb-help.ts'

export type HelpOptions = {
  readonly commands: readonly DeclaredCommand[]
  /** Columns of the terminal; absent without one. */
  readonly columns?: number
}

const usualColumns = 80
/** Longer lines are hard to read, however wide the terminal is. */
const mostColumns = 100
const fewestColumns = 40

/** The help for the words of a command or verb; for none, that of tapit itself. */
export function help(words: readonly string[], { commands, columns = usualColumns }: HelpOptions): string {
  const width = Math.min(mostColumns, Math.max(fewestColumns, columns))
  if (words.length === 0) return overview(commands, width)
  const [command, ...others] = commandsUnder(words, commands)
  if (command === undefined) throw new Error(`no command begins with ${words.join(' ')}`)
  return others.length === 0 && command.words.length === words.length
    ? commandHelp(command, width)
    : verbHelp(words, [command, ...others], width)
}
