import type { Mistake, Path } from './mistakes/mistake.ts'
import type { Plain } from './plain-values.ts'

/** The values without those that a mistake is about, so that the rest can be looked at. */
export function pruned(value: Plain, mistakes: readonly Mistake[]): Plain {
  return without(
    value,
    mistakes.map(({ path }) => path),
  )
}

function without(value: Plain, paths: readonly Path[]): Plain {
  if (typeof value !== 'object' || value === null || paths.length === 0) return value
  const below = byFirstStep(paths)
  const member = (step: string, inner: Plain): readonly Plain[] => {
    const rest = below.get(step) ?? []
    return rest.some(({ length }) => length === 0) ? [] : [without(inner, rest)]
  }
  if (isList(value)) return value.flatMap((item, index) => member(String(index), item))
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => member(key, inner).map(kept => [key, kept])),
  )
}

function byFirstStep(paths: readonly Path[]): ReadonlyMap<string, readonly Path[]> {
  const groups = new Map<string, Path[]>()
  for (const [first, ...rest] of paths) {
    const group = groups.get(String(first)) ?? []
    group.push(rest)
    groups.set(String(first), group)
  }
  return groups
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value)
}
