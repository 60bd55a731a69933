import { constants } from 'node:fs'
import { link, lstat, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { FileText, Folder, FolderEntry, NewFile } from '../names/folder.ts'
import { Refusal } from '../names/refusal.ts'

/** What people write by hand is far smaller; what is larger is something else. */
const largestFile = 256 * 1024

/** A folder of this machine. */
export function openFolder(root: string): Folder {
  return {
    name: basename(resolve(root)),
    entries: path => entriesOf(resolve(root, path)),
    read: path => textOf(resolve(root, path)),
    exists: path => exists(resolve(root, path)),
    write: files => writeAll(root, files),
    gitConfig: () => gitConfigOf(resolve(root)),
  }
}

async function entriesOf(folder: string): Promise<readonly FolderEntry[] | undefined> {
  try {
    const found = await readdir(folder, { withFileTypes: true })
    const entries = found.map(async (entry): Promise<FolderEntry> => {
      if (entry.isDirectory()) return { name: entry.name, kind: 'folder' }
      const isFile = entry.isFile() || (entry.isSymbolicLink() && (await isFileAt(join(folder, entry.name))))
      return { name: entry.name, kind: isFile ? 'file' : 'other' }
    })
    return (await Promise.all(entries)).toSorted((one, other) => (one.name < other.name ? -1 : 1))
  } catch {
    return undefined
  }
}

async function isFileAt(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

async function textOf(path: string): Promise<FileText> {
  try {
    // Opening a pipe would wait for whoever writes to it.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const { size } = await regular(file)
      if (size > largestFile) return { kind: 'unreadable', why: `it has ${Math.round(size / 1024)} KB` }
      return { kind: 'text', text: (await file.readFile('utf8')).replace(/^\uFEFF/, '') }
    } finally {
      await file.close()
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return { kind: 'absent' }
    return { kind: 'unreadable', why: reasonOf(error) }
  }
}

async function regular(file: {
  stat(): Promise<{ size: number; isFile(): boolean }>
}): Promise<{ size: number }> {
  const found = await file.stat()
  if (!found.isFile()) throw new Error('it is no file')
  return found
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    // What cannot be looked at may be there.
    return codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR'
  }
}

/** All are written beside their places before any of them takes its place, and what is new goes again if another fails. */
async function writeAll(root: string, files: readonly NewFile[]): Promise<void> {
  const written: string[] = []
  const placed: string[] = []
  try {
    for (const file of files) {
      const draft = draftOf(root, file)
      written.push(draft)
      // Folders below are made, such as .github/workflows; the one that everything is written to is there or is a mistake.
      if (dirname(file.path) !== '.') await mkdir(dirname(draft), { recursive: true })
      await writeFile(draft, file.text, { flag: 'wx' })
    }
    for (const file of files.toSorted((one, other) => Number(one.replaces) - Number(other.replaces))) {
      await putInPlace(draftOf(root, file), file, join(root, file.path))
      placed.push(join(root, file.path))
    }
  } catch (error) {
    await Promise.all(placed.map(place => rm(place, { force: true })))
    throw error instanceof Refusal ? error : cannotWrite(root, files, error)
  } finally {
    await Promise.all(written.map(draft => rm(draft, { force: true })))
  }
}

function draftOf(root: string, { path }: NewFile): string {
  return join(root, dirname(path), `.${basename(path)}.${process.pid}.tmp`)
}

/** A link fails where something has come to be in the meantime; a renamed file would take its place. */
async function putInPlace(draft: string, { path, replaces }: NewFile, place: string): Promise<void> {
  if (replaces) return rename(draft, place)
  try {
    await link(draft, place)
  } catch (error) {
    if (codeOf(error) === 'EEXIST')
      throw new Refusal({
        code: 'file_exists',
        message: `${path} has come to be there in the meantime.`,
        cause: error,
      })
    // Not every file system knows links.
    await rename(draft, place)
  }
}

function cannotWrite(root: string, files: readonly NewFile[], cause: unknown): Refusal {
  return new Refusal({
    code: 'unwritable_folder',
    message: `${files.map(({ path }) => path).join(' and ')} cannot be written in ${resolve(root)}: ${reasonOf(cause)}.`,
    advice: 'Nothing was changed. Run it in a folder that you may write to.',
    cause,
  })
}

/** Looks above as Git does, and follows the `.git` file of a worktree or submodule to where its settings are. */
async function gitConfigOf(folder: string): Promise<string | undefined> {
  const git = join(folder, '.git')
  const found = (await textIn(join(git, 'config'))) ?? (await configBehind(folder, git))
  if (found !== undefined) return found
  const above = dirname(folder)
  return above === folder || (await exists(git)) ? undefined : gitConfigOf(above)
}

async function configBehind(folder: string, git: string): Promise<string | undefined> {
  const pointer = /^gitdir: (?<path>.+)$/m.exec((await textIn(git)) ?? '')?.groups?.['path']
  if (pointer === undefined) return undefined
  const behind = resolve(folder, pointer.trim())
  const common = (await textIn(join(behind, 'commondir')))?.trim()
  return textIn(join(common === undefined ? behind : resolve(behind, common), 'config'))
}

async function textIn(path: string): Promise<string | undefined> {
  const found = await textOf(path)
  return found.kind === 'text' ? found.text : undefined
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'the folder is not there',
  ENOTDIR: 'it is no folder',
  EISDIR: 'it is a folder',
  ENOTEMPTY: 'it is a folder',
  ELOOP: 'its links lead in circles',
}

function reasonOf(error: unknown): string {
  const code = codeOf(error)
  return (
    (typeof code === 'string' ? reasons[code] : undefined) ??
    (error instanceof Error ? error.message : String(error))
  )
}
