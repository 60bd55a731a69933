import { rmSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Refusal } from '../names/refusal.ts'

export type TemporaryFolder = {
  /** Absolute, without links. */
  readonly path: string
  remove(): Promise<void>
}

/** A folder that only this user can look into. It goes with the process, too, where that is left at once (a second Ctrl-C). */
export async function temporaryFolder(
  prefix: string,
  { within = tmpdir() }: { readonly within?: string } = {},
): Promise<TemporaryFolder> {
  const path = await made(prefix, within)
  const leave = (): void => rmSync(path, { recursive: true, force: true })
  process.once('exit', leave)
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true, maxRetries: 3 })
      process.off('exit', leave)
    },
  }
}

async function made(prefix: string, within: string): Promise<string> {
  try {
    return await realpath(await mkdtemp(join(within, prefix)))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    const isFull = code === 'ENOSPC' || code === 'EDQUOT'
    throw new Refusal({
      code: isFull ? 'disk_full' : 'no_temporary_folder',
      message: `no temporary folder can be made in ${within}: ${whyNot(code, cause)}.`,
      advice: 'Make room there, or set TMPDIR to a folder that exists, has room, and that you may write to.',
      cause,
    })
  }
}

function whyNot(code: unknown, cause: unknown): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such folder'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'you may not write to it'
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full'
    default:
      return cause instanceof Error ? cause.message : String(cause)
  }
}
