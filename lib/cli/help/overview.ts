import { commandGroups, type DeclaredCommand } from '../argv/declared-command.ts'
import { globalFlags } from '../argv/global-flags.ts'
import { wrap } from '../text/wrap.ts'
import { entries } from './entries.ts'
import { exitCodeEntries } from './exit-code-entries.ts'
import { flagEntry } from './flag-entry.ts'

/** `tapit --help`: every command in a line, and what holds for all of them. */
export function overview(commands: readonly DeclaredCommand[], columns: number): string {
  return `${[
    wrap(
      'tapit deploys to ECS Fargate in your own AWS account: one deployment per process, each rolling back on its own.',
      {
        columns,
      },
    ),
    `Usage: tapit [options] VERB NOUN [key=value …] [flags]`,
    ...groupsOf(commands, columns),
    `Options of every command:\n${entries(globalFlags.map(flagEntry), columns)}`,
    `Exit codes:\n${entries(exitCodeEntries, columns)}`,
    wrap(
      'Help of a command: tapit VERB NOUN --help. An example: tapit --sandbox create deploy docker_tag=v1.2.3 --wait',
      {
        columns,
      },
    ),
    'Documentation: README.md and docs/ of tapit.',
  ].join('\n\n')}\n`
}

function groupsOf(commands: readonly DeclaredCommand[], columns: number): string[] {
  return [...commandGroups, undefined].flatMap(group => {
    const rows = commands
      .filter(command => command.group === group)
      .map(({ words, summary }) => [words.join(' '), summary] as const)
    return rows.length === 0 ? [] : [`${group ?? 'More'}:\n${entries(rows, columns)}`]
  })
}
