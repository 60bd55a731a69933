import type { DeclaredCommand } from '../argv/declared-command.ts'
import { entries } from './entries.ts'

/** `tapit create --help`: what can follow a verb. */
export function verbHelp(
  words: readonly string[],
  commands: readonly DeclaredCommand[],
  columns: number,
): string {
  const verb = words.join(' ')
  const rows = commands.map(command => [command.words.join(' '), command.summary] as const)
  return `${[
    `Usage: tapit ${verb} NOUN [key=value …] [flags]`,
    `Commands:\n${entries(rows, columns)}`,
    `More of one: tapit ${verb} NOUN --help`,
  ].join('\n\n')}\n`
}
