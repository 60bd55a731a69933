import { normalize } from 'node:path/posix'

/** Whether a path from a folder leads out of it, as it is written. */
export function isOutside(path: string): boolean {
  const way = normalize(path.replaceAll('\\', '/'))
  return isAbsolute(path) || way === '..' || way.startsWith('../')
}

/** Also from a home folder, and on Windows. */
export function isAbsolute(path: string): boolean {
  return /^(?:[/\\~]|[A-Za-z]:)/.test(path)
}
