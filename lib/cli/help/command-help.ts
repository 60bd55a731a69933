import type { DeclaredCommand, DeclaredKey } from '../argv/declared-command.ts'
import { globalFlags } from '../argv/global-flags.ts'
import { wrap } from '../text/wrap.ts'
import { entries } from './entries.ts'
import { flagEntry } from './flag-entry.ts'

/** `tapit create deploy --help`: all that one command takes, and examples to copy. */
export function commandHelp(command: DeclaredCommand, columns: number): string {
  const { summary, keys, flags, examples } = command
  const sections = [
    wrap(summary, { columns }),
    wrap(usage(command), { columns, hanging: 4 }),
    keys.length === 0 ? '' : `Keys:\n${entries(keys.map(keyEntry), columns)}`,
    flags.length === 0 ? '' : `Flags:\n${entries(flags.map(flagEntry), columns)}`,
    `Options of every command:\n${entries(globalFlags.map(flagEntry), columns)}`,
    examples.length === 0
      ? ''
      : `Examples:\n${examples.map(example => exampleLines(example, columns)).join('\n')}`,
  ]
  return `${sections.filter(section => section !== '').join('\n\n')}\n`
}

function usage({ words, keys, flags, rest }: DeclaredCommand): string {
  const spelledKeys = keys.map(({ name }) => `[${name}=]`)
  const spelledFlags = flags.map(
    ({ name, alias, value }) =>
      `[${alias === undefined ? '' : `-${alias}|`}--${name}${value === undefined ? '' : `\u00a0${value}`}]`,
  )
  const spelledRest = rest === undefined ? [] : [`[-- ${rest}]`]
  return ['Usage: tapit', ...words, ...spelledKeys, ...spelledFlags, ...spelledRest].join(' ')
}

function keyEntry({ name, summary, allowed }: DeclaredKey): [string, string] {
  return [`${name}=`, allowed === undefined ? summary : `${summary} One of: ${allowed.join(', ')}.`]
}

/** The line alone, to be copied whole however narrow the terminal is; what it does under it. */
function exampleLines(
  { line, does }: { readonly line: string; readonly does: string },
  columns: number,
): string {
  return `  ${line}\n${wrap(does, { columns, indent: 6 })}`
}
