import { type Dirent, lstatSync, readFileSync, readdirSync, realpathSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { normalize } from 'node:path/posix'
import { setImmediate as others } from 'node:timers/promises'
import balena from '@balena/dockerignore'
import { biggestIn } from '../build/biggest-in.ts'
import type { ContextFolder } from '../build/context-folder.ts'
import type { ContextMeter } from '../build/ports.ts'

/** Beyond this many files and folders it is large anyway, and the biggest are known well enough. */
const mostEntries = 300_000
/** Milliseconds at a time: a build is being drawn on the screen meanwhile. Node's synchronous calls take a tenth of the time of the others. */
const slice = 8
const largestIgnoreFile = 1024 * 1024

/** Walks the folder that a build may send, as BuildKit would: without what .dockerignore leaves out, and without following links. */
export function contextMeter(): ContextMeter {
  return {
    async measure({ context, dockerfile, signal }) {
      const root: MutableFolder = { path: '', bytes: 0, folders: [], files: [] }
      const walk = entriesIn(context, { root, ignored: ignoredBy(ignoreText(context, dockerfile)) })
      let entries = 0
      let until = 0
      for (const _ of walk) {
        entries += 1
        if (entries >= mostEntries) break
        if (performance.now() < until) continue
        await others()
        if (signal?.aborted === true) break
        until = performance.now() + slice
      }
      addUp(root)
      return { bytes: root.bytes, biggest: biggestIn(root) }
    },
  }
}

type MutableFolder = ContextFolder & {
  bytes: number
  readonly folders: MutableFolder[]
  readonly files: { readonly path: string; readonly bytes: number }[]
}

type Walk = { readonly root: MutableFolder; readonly ignored: Ignored }

/** Fills `root`, and yields after every file and folder. */
function* entriesIn(context: string, { root, ignored }: Walk): Generator<void> {
  const waiting = [root]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of listed(join(context, folder.path))) {
      const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`
      if (entry.isDirectory()) {
        const next: MutableFolder = { path, bytes: 0, folders: [], files: [] }
        if (!ignored.withAllBelow(path)) {
          folder.folders.push(next)
          waiting.push(next)
        }
      } else if (!ignored.file(path)) {
        addFile(folder, { path, bytes: sizeOf(join(context, path)) })
      }
      yield
    }
  }
}

function listed(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // What cannot be read cannot be sent: the build itself says so.
    return []
  }
}

function sizeOf(path: string): number {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isFile() === true ? found.size : 0
}

/** Only one large file is remembered by name: it may be what makes the folder large. */
function addFile(folder: MutableFolder, file: { readonly path: string; readonly bytes: number }): void {
  folder.bytes += file.bytes
  const [known] = folder.files
  if (known === undefined || known.bytes < file.bytes) folder.files[0] = file
}

/** Until now each folder has only the bytes of its own files. */
function addUp(root: MutableFolder): void {
  const all = [root]
  // Grows while it is walked: those above come before those below.
  for (const folder of all) all.push(...folder.folders)
  for (const folder of all.toReversed()) {
    for (const below of folder.folders) folder.bytes += below.bytes
  }
}

type Ignored = {
  file(path: string): boolean
  /** Nothing in the folder can be asked for again (`!…`). */
  withAllBelow(path: string): boolean
}

/** That of the Dockerfile comes before that of the folder: https://docs.docker.com/build/concepts/context/#filename-and-location */
function ignoreText(context: string, dockerfile: string): string {
  return textOf(`${dockerfile}.dockerignore`) ?? textWithin(context, '.dockerignore') ?? ''
}

/** A link out of the context may lead to what never ends, such as /dev/zero. */
function textWithin(context: string, name: string): string | undefined {
  try {
    const path = realpathSync(join(context, name))
    return relative(realpathSync(context), path).startsWith(`..${sep}`) ? undefined : textOf(path)
  } catch {
    return undefined
  }
}

function textOf(path: string): string | undefined {
  try {
    const found = lstatSync(path)
    if (!found.isFile() || found.size > largestIgnoreFile) return undefined
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch {
    return undefined
  }
}

const nothingIgnored: Ignored = { file: () => false, withAllBelow: () => false }

function ignoredBy(text: string): Ignored {
  const lines = text
    .split(/\r?\n/)
    .filter(line => line.trim() !== '' && !line.startsWith('#'))
    .slice(0, mostLines)
    .map(asLiteral)
  if (lines.length === 0) return nothingIgnored
  const exceptions = lines
    .filter(line => line.trim().startsWith('!'))
    .map(line => literalParts(line.trim().slice(1).trim()))
  const isIgnored = matcherOf(lines)
  return {
    file: isIgnored,
    withAllBelow: path => {
      if (!isIgnored(path)) return false
      const parts = path.split('/')
      return !exceptions.some(exception => exception.every((part, index) => part === (parts[index] ?? part)))
    },
  }
}

/** `src/web/*.js` → `src`, `web`: how far a pattern leads to one place only. */
function literalParts(pattern: string): readonly string[] {
  const parts = normalize(pattern).replace(/^\//, '').split('/')
  const wild = parts.findIndex(part => /[*?[\\]/.test(part))
  return wild === -1 ? parts : parts.slice(0, wild)
}

/** The matcher takes for regular expressions what BuildKit takes as it is: `a(1).txt`, `c++`, `\\d`. */
function asLiteral(pattern: string): string {
  return pattern.replaceAll(
    /\\(?<escaped>.)|\[[^\]]*\]|(?<special>[()[\]{}+|^])/g,
    (whole, escaped?: string, special?: string) => {
      if (special !== undefined) return `\\${special}`
      return escaped !== undefined && /[A-Za-z0-9]/.test(escaped) ? escaped : whole
    },
  )
}

/** Of a .dockerignore; people write fewer than a hundred. */
const mostLines = 500
/** Of the matcher, for one path and one pattern: less than a millisecond. */
const mostSteps = 1_000_000

/** A pattern of n wildcards can take the matcher the n-th power of a path's length; without it, a little more is counted. */
function mostWildcards(path: string): number {
  return Math.min(5, Math.floor(Math.log(mostSteps) / Math.log(Math.max(2, path.length))))
}

function wildcardsIn(pattern: string): number {
  return (pattern.match(/\*+/g) ?? []).length
}

/** The matcher remembers every path that it was ever asked for. */
const pathsRemembered = 20_000

function matcherOf(lines: readonly string[]): (path: string) => boolean {
  const matchers = new Map<number, ReturnType<typeof balena.default>>()
  const matcherFor = (most: number): ReturnType<typeof balena.default> => {
    const known = matchers.get(most)
    if (known !== undefined) return known
    const made = balena.default({ ignorecase: false }).add(lines.filter(line => wildcardsIn(line) <= most))
    matchers.set(most, made)
    return made
  }
  let asked = 0
  return path => {
    asked += 1
    if (asked % pathsRemembered === 0) matchers.clear()
    return matcherFor(mostWildcards(path)).ignores(path)
  }
}
