import type { Path } from './mistakes/mistake.ts'
import { pathInProcess } from './path-in-process.ts'

/** What of a path lies within a `build`, be it of all images or of a process's own; absent where it is elsewhere. */
export function pathInBuild(path: Path): Path | undefined {
  const around = pathInProcess(path) ?? path
  return around[0] === 'build' ? around.slice(1) : undefined
}
