import type { Mistake } from '../mistakes/mistake.ts'
import { environmentsOf } from '../resolve-app.ts'
import type { TapitFile } from '../schema.ts'
import { quote } from '../wording/quote.ts'
import { unknownName } from './unknown-name.ts'

/** A group is of environments that there are, each once, and is told apart from them by its name. */
export function checkGroups(settings: TapitFile): readonly Mistake[] {
  const names = environmentsOf(settings)
  return Object.entries(settings.groups ?? {}).flatMap(([group, members]) => [
    ...(names.includes(group)
      ? [
          {
            path: ['groups', group],
            on: 'key' as const,
            message: 'is the name of an environment, too. Allowed: another one, such as everywhere.',
          },
        ]
      : []),
    ...members.flatMap((name, index) => {
      const path = ['groups', group, index]
      return members.indexOf(name) < index
        ? [{ path, message: `${quote(name)} stands there twice.` }]
        : unknownName({ what: 'environment', name, names, path })
    }),
  ])
}
