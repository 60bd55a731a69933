import type { Folder, FolderEntry } from '../../lib/names/folder.ts'

/** A folder in memory: paths and texts. */
export function folderOf(files: Readonly<Record<string, string>>): Folder {
  const paths = Object.keys(files)
  return {
    name: 'shop',
    entries: path => Promise.resolve(entriesOf(paths, path)),
    read: path => {
      const text = files[path]
      return Promise.resolve(text === undefined ? { kind: 'absent' } : { kind: 'text', text })
    },
    exists: path => Promise.resolve(paths.some(each => each === path || each.startsWith(`${path}/`))),
    write: () => Promise.reject(new Error('analyze writes nothing')),
    gitConfig: () => Promise.resolve(undefined),
  }
}

function entriesOf(paths: readonly string[], folder: string): readonly FolderEntry[] {
  const prefix = folder === '.' ? '' : `${folder}/`
  const kinds = new Map<string, FolderEntry['kind']>()
  for (const path of paths.filter(each => each.startsWith(prefix))) {
    const [name = '', ...rest] = path.slice(prefix.length).split('/')
    kinds.set(name, rest.length > 0 ? 'folder' : 'file')
  }
  return [...kinds].map(([name, kind]) => ({ name, kind }))
}
