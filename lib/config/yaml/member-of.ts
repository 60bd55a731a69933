import type { Source } from './source.ts'

/** What stands at a key; absent also where there are no keys at all. */
export function memberOf(source: Source | undefined, key: string): Source | undefined {
  return source?.is === 'map' ? source.entries.get(key)?.value : undefined
}
