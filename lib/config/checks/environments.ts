import type { Mistake } from '../mistakes/mistake.ts'
import type { TapitFile } from '../schema.ts'
import { allowedNames } from '../wording/allowed-names.ts'

/** An environment can only say what is different in a process that there is. */
export function checkEnvironments({ environments = {}, processes }: TapitFile): readonly Mistake[] {
  const names = Object.keys(processes)
  if (names.length === 0)
    return [
      { path: ['processes'], on: 'key', message: 'no process. Allowed: one or more, such as `default: {}`.' },
    ]
  return Object.entries(environments).flatMap(([environment, { processes: own = {} }]) =>
    Object.keys(own)
      .filter(name => !names.includes(name))
      .map(name => ({
        path: ['environments', environment, 'processes', name],
        on: 'key' as const,
        message: `the app has no such process. ${allowedNames(name, names)}`,
      })),
  )
}
