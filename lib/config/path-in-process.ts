import type { Path } from './mistakes/mistake.ts'

/** What of a path lies within a process, be it of the app or what an environment says of it; absent where it is elsewhere. */
export function pathInProcess(path: Path): Path | undefined {
  const start = path[0] === 'environments' ? 2 : 0
  return path[start] === 'processes' && path.length >= start + 2 ? path.slice(start + 2) : undefined
}
