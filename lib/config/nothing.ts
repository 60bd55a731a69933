import type { Path } from './mistakes/mistake.ts'
import { pathInBuild } from './path-in-build.ts'
import { pathInProcess } from './path-in-process.ts'

const groups = ['environments', 'routes', 'schedules', 'strategies', 'policies', 'groups', 'build']
const groupsOfProcess = ['env', 'secrets', 'permissions', 'build']
const groupsOfBuild = ['args', 'secrets', 'contexts']

/** Whether nothing after the key means "as it is by itself": `worker:` is a process without settings. */
export function takesNothing(path: Path): boolean {
  return pathInProcess(path)?.length === 0 || (path.length === 2 && path[0] === 'environments')
}

/** Whether nothing after the key is the same as no such key: a group whose lines are all commented out. */
export function mayBeEmpty(path: Path): boolean {
  const [first, , third] = path
  const inProcess = pathInProcess(path)
  const inBuild = pathInBuild(path)
  return (
    (path.length === 1 && groups.includes(String(first))) ||
    (path.length === 3 && first === 'environments' && third === 'processes') ||
    (inProcess?.length === 1 && groupsOfProcess.includes(String(inProcess[0]))) ||
    (inBuild?.length === 1 && groupsOfBuild.includes(String(inBuild[0])))
  )
}
