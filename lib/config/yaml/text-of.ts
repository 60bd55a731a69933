import { memberOf } from './member-of.ts'
import type { Source } from './source.ts'

/** The text at a key, if it is one and not empty. */
export function textOf(source: Source | undefined, key: string): string | undefined {
  const value = memberOf(source, key)
  return value?.is === 'scalar' && typeof value.value === 'string' && value.value !== ''
    ? value.value
    : undefined
}
