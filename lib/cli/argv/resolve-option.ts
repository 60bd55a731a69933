import type { DeclaredCommand, DeclaredFlag, DeclaredKey } from './declared-command.ts'
import { foreignOptions } from './foreign-spellings.ts'
import { globalFlags, type GlobalFlag } from './global-flags.ts'
import type { Option } from './tokenize.ts'

/** What an option is for a command. */
export type Resolved =
  | { readonly kind: 'key'; readonly key: DeclaredKey }
  | { readonly kind: 'flag'; readonly flag: DeclaredFlag & GlobalFlag }

/** What the command takes under the option's name, if anything. Only `key=value` is confined to keys; `-` and `_` are alike. */
export function resolveOption(
  option: Option,
  command: Pick<DeclaredCommand, 'keys' | 'flags'>,
): Resolved | undefined {
  if (option.spelling === 'short')
    return flagOf([...globalFlags, ...command.flags].find(hasAlias(option.name)))
  return resolveName(option, option.name, command) ?? resolveForeign(option, command)
}

function resolveForeign(
  option: Option,
  command: Pick<DeclaredCommand, 'keys' | 'flags'>,
): Resolved | undefined {
  const meant = option.spelling === 'long' ? foreignOptions.get(option.name) : undefined
  return meant === undefined ? undefined : resolveName(option, meant, command)
}

function resolveName(
  option: Option,
  name: string,
  command: Pick<DeclaredCommand, 'keys' | 'flags'>,
): Resolved | undefined {
  const key = command.keys.find(isCalled(name))
  if (key !== undefined) return { kind: 'key', key }
  return option.spelling === 'key'
    ? undefined
    : flagOf([...globalFlags, ...command.flags].find(isCalled(name)))
}

function flagOf(flag: (DeclaredFlag & GlobalFlag) | undefined): Resolved | undefined {
  return flag === undefined ? undefined : { kind: 'flag', flag }
}

function hasAlias(letter: string): (flag: DeclaredFlag) => boolean {
  return flag => flag.alias === letter
}

function isCalled(typed: string): (named: { readonly name: string }) => boolean {
  return ({ name }) => name.replaceAll('-', '_') === typed.replaceAll('-', '_')
}
