import type { Invocation } from './command.ts'
import { typed } from './wording/typed.ts'

/**
 * What was typed, in tapit's own spelling, for the audit, which strikes out passwords. Without what follows `--`, which can hold secrets as
 * any command that runs in a container.
 */
export function commandLine({ command, global, keys, flags, rest }: Invocation): string {
  const { app, environment, sandbox, yes } = global
  const said = [
    ...(app === undefined ? [] : [`-a ${typed(app)}`]),
    ...(environment === undefined ? [] : [`-e ${typed(environment)}`]),
    ...command.words,
    ...Object.entries(keys).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${typed(value)}`],
    ),
    ...Object.entries(flags).flatMap(([name, value]) => (isDefault(name, value) ? [] : flag(name, value))),
    ...(sandbox ? ['--sandbox'] : []),
    ...(yes ? ['--yes'] : []),
    ...(rest.length === 0 ? [] : ['-- …']),
  ]
  return `tapit ${said.join(' ')}`

  function isDefault(name: string, value: string | true | undefined): boolean {
    return command.flags.some(each => each.name === name && each.default === value)
  }
}

function flag(name: string, value: string | true | undefined): readonly string[] {
  if (value === undefined) return []
  return [value === true ? `--${name}` : `--${name}=${typed(value)}`]
}
