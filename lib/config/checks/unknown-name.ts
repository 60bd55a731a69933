import type { Mistake, Path } from '../mistakes/mistake.ts'
import { allowedNames } from '../wording/allowed-names.ts'
import { quote } from '../wording/quote.ts'

export type UnknownNameOptions = {
  /** `process`, as in "there is no process …". */
  readonly what: string
  readonly name: string
  readonly names: readonly string[]
  readonly path: Path
}

/** A mistake where a name of something else in the file is the name of nothing. */
export function unknownName({ what, name, names, path }: UnknownNameOptions): readonly Mistake[] {
  return names.includes(name)
    ? []
    : [{ path, message: `there is no ${what} ${quote(name)}. ${allowedNames(name, names)}` }]
}
