import { realpath, stat, writeFile } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { BuildFiles, Located } from '../build/ports.ts'
import type { Folder } from '../names/folder.ts'
import { openFolder } from './folder.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The files of this machine. */
export function buildFiles(): BuildFiles {
  return {
    locate,
    open: folder => within(folder, openFolder(folder)),
    scratch: async files => {
      const folder = await temporaryFolder('tapit-build-')
      await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder.path, name), text)))
      return folder
    },
  }
}

async function locate(folder: string, path: string): Promise<Located> {
  if (!isWithin(resolve(folder), resolve(folder, path))) return { is: 'outside' }
  try {
    const real = await realpath(resolve(folder, path))
    if (!isWithin(await realpath(folder), real)) return { is: 'outside' }
    return { is: (await stat(real)).isDirectory() ? 'folder' : 'file', path: real }
  } catch (error) {
    if (isMissing(error)) return { is: 'missing' }
    throw error
  }
}

/** A repository may hold a link to any file of this machine, whose text would then stand in logs and in an image. */
function within(root: string, folder: Folder): Folder {
  const leadsOut = async (path: string): Promise<boolean> => (await locate(root, path)).is === 'outside'
  return {
    ...folder,
    entries: async path => ((await leadsOut(path)) ? undefined : folder.entries(path)),
    read: async path =>
      (await leadsOut(path)) ? { kind: 'unreadable', why: 'it leads out of the folder' } : folder.read(path),
  }
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return missingCodes.some(each => each === code)
}

/** What no file can be called is not there either. */
const missingCodes = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']
