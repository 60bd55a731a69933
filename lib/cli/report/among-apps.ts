import type { NamedProcess } from '../wording/process-name.ts'

/** What processes are named among: those that are heard, and of a group over several apps one of each app, heard or not. */
export function amongApps(heard: readonly NamedProcess[], apps: readonly string[]): readonly NamedProcess[] {
  return apps.length < 2 ? heard : [...heard, ...apps.map(app => ({ app, process: '' }))]
}
