import type { Source } from '../yaml/source.ts'
import { stepInto } from '../yaml/step-into.ts'
import type { Mistake, Path } from './mistake.ts'

/** A mistake and where it stands, in characters from the beginning of the file. */
export type PlacedMistake = { readonly at: number; readonly path: Path; readonly message: string }

/** Finds the place of a mistake in the file. */
export function placed({ path, on = 'value', message }: Mistake, root: Source): PlacedMistake {
  return { at: placeOf(root, path, on), path, message }
}

function placeOf(root: Source, path: Path, on: 'key' | 'value'): number {
  let current = root
  let key = root.at
  for (const step of path) {
    const next = stepInto(current, step)
    if (next === undefined) return key
    key = next.at
    current = next.value
  }
  const isNothing = current.is === 'scalar' && current.value === null
  return on === 'key' || isNothing ? key : current.at
}
