import { procfileEntries } from '../procfile-entries.ts'
import type { Look } from './look.ts'

export type ProcfileStart = { readonly line: string; readonly isWeb: boolean; readonly from: string }

/** What a Procfile runs: `web`, else its only process. What runs once before a release is none. */
export async function procfileStart(look: Look): Promise<ProcfileStart | undefined> {
  const { entries } = procfileEntries((await look.text('Procfile')) ?? '')
  const processes = entries.filter(({ name, command }) => name !== 'release' && command.length <= 2000)
  const found =
    processes.find(({ name }) => name === 'web') ?? (processes.length === 1 ? processes[0] : undefined)
  return found === undefined
    ? undefined
    : {
        line: found.command,
        isWeb: found.name === 'web',
        from: `${found.name === 'web' ? 'web' : 'the only process'} in Procfile`,
      }
}
