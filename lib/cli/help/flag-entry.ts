import type { DeclaredFlag } from '../argv/declared-command.ts'

/** A flag as the help lists it: `-w, --wait`, `--timeout DURATION`. */
export function flagEntry({
  name,
  alias,
  value,
  summary,
  default: standard,
}: DeclaredFlag): [string, string] {
  const spelled = `${alias === undefined ? '' : `-${alias}, `}--${name}${value === undefined ? '' : ` ${value}`}`
  return [spelled, standard === undefined ? summary : `${summary} Default: ${standard}.`]
}
