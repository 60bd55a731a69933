import type { Folder, FolderEntry } from '../../names/folder.ts'

/** A folder as the detectors see it: each file read once, and nothing that is huge or hidden. */
export type Look = {
  /** Whether there is a file of this name. */
  has(path: string): Promise<boolean>
  hasFolder(path: string): Promise<boolean>
  entries(path: string): Promise<readonly FolderEntry[]>
  /** Absent where there is none, or none that can be read (which is then a warning). */
  text(path: string): Promise<string | undefined>
  /** Files with one of these endings, nearest first. */
  sources(endings: readonly string[]): Promise<readonly Source[]>
  /** The port that the process has by tapit.yml, where that is known. */
  readonly port?: number
  /** What could not be read, and why. */
  readonly troubles: readonly string[]
}

export type Source = { readonly path: string; readonly text: string }

export function lookInto(folder: Folder, { port }: { readonly port?: number } = {}): Look {
  const troubles: string[] = []
  const listed = new Map<string, Promise<readonly FolderEntry[]>>()
  const read = new Map<string, Promise<string | undefined>>()
  const entries = (path: string) => remembered(listed, path, async () => (await folder.entries(path)) ?? [])
  const has = async (path: string, kind: FolderEntry['kind']) => {
    const { above, name } = /^(?:(?<above>.*)\/)?(?<name>[^/]+)$/.exec(path)?.groups ?? {}
    return (await entries(above ?? '.')).some(entry => entry.name === name && entry.kind === kind)
  }
  const text = (path: string) =>
    remembered(read, path, async () => {
      const found = await folder.read(path)
      if (found.kind === 'unreadable') troubles.push(`${path} was not read: ${found.why}`)
      return found.kind === 'text' ? found.text : undefined
    })
  return {
    has: path => has(path, 'file'),
    hasFolder: path => has(path, 'folder'),
    entries,
    text,
    sources: endings => sourcesIn({ entries, text: async path => textOf(folder, path) }, endings),
    ...(port !== undefined && { port }),
    troubles,
  }
}

function remembered<T>(known: Map<string, Promise<T>>, path: string, find: () => Promise<T>): Promise<T> {
  const found = known.get(path) ?? find()
  known.set(path, found)
  return found
}

/** A source that cannot be read is one that says nothing. */
async function textOf(folder: Folder, path: string): Promise<string | undefined> {
  const found = await folder.read(path)
  return found.kind === 'text' ? found.text : undefined
}

/** Enough to find where an app begins; a repository of thousands of files must not take minutes. */
const most = { depth: 9, folders: 400, files: 300, characters: 4_000_000 }

const skipped =
  /^(?:\..*|node_modules|bower_components|vendor|venv|env|site-packages|__pycache__|dist|build|out|target|coverage|cdk\.out|tests?|__tests__|specs?|e2e|migrations|docs|examples|testdata|public|static|assets)$/

async function sourcesIn(
  { entries, text }: Pick<Look, 'entries' | 'text'>,
  endings: readonly string[],
): Promise<readonly Source[]> {
  const sources: Source[] = []
  let level: readonly string[] = ['.']
  let folders = 0
  let characters = 0
  for (let depth = 0; depth <= most.depth; depth++) {
    const below: string[] = []
    for (const folder of level) {
      if (++folders > most.folders) return sources
      for (const { name, kind } of await entries(folder)) {
        const path = folder === '.' ? name : `${folder}/${name}`
        if (kind === 'folder' && !skipped.test(name)) below.push(path)
        if (kind !== 'file' || !endings.some(ending => name.endsWith(ending)) || isTest(name)) continue
        const found = await text(path)
        if (found === undefined) continue
        sources.push({ path, text: found })
        characters += found.length
        if (sources.length >= most.files || characters >= most.characters) return sources
      }
    }
    level = below
  }
  return sources
}

function isTest(name: string): boolean {
  return /(?:[._-](?:test|spec)\.\w+|_test\.go)$|^(?:test_.*|conftest)\.py$/.test(name)
}
