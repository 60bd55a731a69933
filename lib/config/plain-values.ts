import type { Path } from './mistakes/mistake.ts'
import { mayBeEmpty, takesNothing } from './nothing.ts'
import { pathInProcess } from './path-in-process.ts'
import type { Source } from './yaml/source.ts'

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain }

/**
 * The values of a file as the schema takes them. Environment variables are texts as they are written (`1.10` is no 1.1); a process or an
 * environment with nothing in it is one without settings, and a group whose lines are all commented out is not there.
 */
export function plainValues(source: Source, path: Path = []): Plain {
  switch (source.is) {
    case 'scalar':
      return scalarValue(source, path)
    case 'list':
      return source.items.map((item, index) => plainValues(item, [...path, index]))
    case 'map':
      return Object.fromEntries(
        [...source.entries]
          .filter(([name, { value }]) => !(isNothing(value) && mayBeEmpty([...path, name])))
          .map(([name, { value }]) => [name, plainValues(value, [...path, name])]),
      )
  }
}

function scalarValue({ value, text }: Source & { is: 'scalar' }, path: Path): Plain {
  if (value === null) return takesNothing(path) ? {} : null
  const [group, ...rest] = pathInProcess(path) ?? []
  return group === 'env' && rest.length === 1 ? text : value
}

function isNothing(source: Source): boolean {
  return source.is === 'scalar' && source.value === null
}
