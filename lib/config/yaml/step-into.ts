import type { Source, SourceEntry } from './source.ts'

/** What a key or an index leads to; an item of a list stands where its value does. */
export function stepInto(source: Source, step: string | number): SourceEntry | undefined {
  if (source.is === 'map') return source.entries.get(String(step))
  const item = source.is === 'list' ? source.items[Number(step)] : undefined
  return item && { at: item.at, value: item }
}
