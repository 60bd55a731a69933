import type { Path } from './mistakes/mistake.ts'
import { mayBeEmpty, takesNothing } from './nothing.ts'
import { pathInBuild } from './path-in-build.ts'
import { pathInProcess } from './path-in-process.ts'
import type { Source } from './yaml/source.ts'

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain }

/**
 * The values of a file as the schema takes them. Environment variables and build arguments are texts as they are written (`1.10` is no 1.1); a process or an
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
  return isVariable(path) ? text : value
}

function isVariable(path: Path): boolean {
  const inProcess = pathInProcess(path) ?? []
  const inBuild = pathInBuild(path) ?? []
  return (inProcess[0] === 'env' && inProcess.length === 2) || (inBuild[0] === 'args' && inBuild.length === 2)
}

function isNothing(source: Source): boolean {
  return source.is === 'scalar' && source.value === null
}
