import type { Mistake, Path } from './mistake.ts'

/** A mistake in one strategy or policy that comes from elsewhere than tapit.yml. */
export type KeyedMistake = {
  /** The key that is wrong; absent where it is the whole. */
  readonly key?: string
  /** `250 is not allowed. Allowed: 0.1 to 100.` */
  readonly message: string
}

/** The mistakes below a path of tapit.yml, by their keys there. */
export function keyedMistakes(mistakes: readonly Mistake[], path: Path): readonly KeyedMistake[] {
  return mistakes.map(({ path: at, message }) => {
    const key = at.slice(path.length).join('.')
    return { message, ...(key !== '' && { key }) }
  })
}
