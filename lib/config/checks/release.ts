import type { Mistake } from '../mistakes/mistake.ts'
import type { TapitFile } from '../schema.ts'
import { unknownName } from './unknown-name.ts'

/** With which process the release command runs. */
export function checkRelease({ release, processes }: TapitFile): readonly Mistake[] {
  if (release?.process === undefined) return []
  return unknownName({
    what: 'process',
    name: release.process,
    names: Object.keys(processes),
    path: ['release', 'process'],
  })
}
