import { isAlias, isMap, isScalar, isSeq, type Node, Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Path } from '../mistakes/mistake.ts'
import type { PlacedMistake } from '../mistakes/placed-mistake.ts'
import { deepestNesting, mostValues } from './limits.ts'
import type { Source, SourceEntry } from './source.ts'

export type SourceOf = { readonly source?: Source; readonly mistakes: readonly PlacedMistake[] }

/** The values of a document, its aliases and merges resolved. */
export function sourceOf(contents: unknown): SourceOf {
  const builder = new Builder()
  const source = builder.build(contents, [], 0)
  return { ...(source && { source }), mistakes: builder.mistakes }
}

type Measure = { readonly size: number; readonly depth: number }

/** What an anchor names, once it is read; nothing where a mistake was found in it. */
type Anchored = { readonly isRead: boolean; readonly source?: Source }

class Builder {
  readonly mistakes: PlacedMistake[] = []
  private readonly anchors = new Map<string, Anchored>()
  /** What is shared by aliases is measured once, and counted wherever it is used. */
  private readonly measures = new Map<Source, Measure>()

  build(node: unknown, path: Path, around: number): Source | undefined {
    if (isAlias(node)) return this.resolve(node.source, path, offsetOf(node, around))
    const anchor = isNode(node) ? node.anchor : undefined
    if (anchor !== undefined) this.anchors.set(anchor, { isRead: false })
    const source = this.read(node, path, around)
    if (anchor !== undefined) this.anchors.set(anchor, { isRead: true, ...(source && { source }) })
    return source
  }

  private read(node: unknown, path: Path, around: number): Source | undefined {
    if (isMap(node)) return this.readMap(node, path, around)
    if (isSeq(node)) return this.readList(node, path, around)
    if (isScalar(node)) return this.readScalar(node, path, around)
    return { is: 'scalar', at: around, value: null, text: '' }
  }

  private readMap(node: YAMLMap, path: Path, around: number): Source | undefined {
    const at = offsetOf(node, around)
    const own = new Map<string, SourceEntry>()
    const merged = new Map<string, SourceEntry>()
    for (const { key, value } of node.items) {
      const keyAt = offsetOf(key, at)
      if (isMergeKey(key)) {
        for (const [name, entry] of this.mergedEntries(value, path, keyAt))
          if (!merged.has(name)) merged.set(name, entry)
        continue
      }
      const name = this.nameOf(key, path, keyAt)
      if (name === undefined) continue
      const first = own.get(name)
      if (first !== undefined) {
        this.mistake(keyAt, [...path, name], 'this key stands here twice; keep one of them.')
        continue
      }
      const read = this.build(value, [...path, name], keyAt)
      if (read !== undefined) own.set(name, { at: keyAt, value: read })
    }
    const entries = new Map([...merged, ...own])
    return this.measured(
      { is: 'map', at, entries },
      path,
      [...entries.values()].map(({ value }) => value),
    )
  }

  private readList(node: YAMLSeq, path: Path, around: number): Source | undefined {
    const at = offsetOf(node, around)
    const items = node.items
      .map((item, index) => this.build(item, [...path, index], at))
      .filter(item => item !== undefined)
    return this.measured({ is: 'list', at, items }, path, items)
  }

  private readScalar(node: Scalar, path: Path, around: number): Source | undefined {
    const { value, source, type } = node
    const at = offsetOf(node, around)
    if (
      typeof value !== 'string' &&
      typeof value !== 'number' &&
      typeof value !== 'boolean' &&
      value !== null
    ) {
      this.mistake(at, path, `the tag ${node.tag ?? ''} is not read here.`)
      return undefined
    }
    const isPlain = type === Scalar.PLAIN || type === undefined
    return { is: 'scalar', at, value, text: isPlain ? (source ?? '') : String(value) }
  }

  private resolve(anchor: string, path: Path, at: number): Source | undefined {
    const anchored = this.anchors.get(anchor)
    if (anchored?.isRead === true) return anchored.source
    this.mistake(
      at,
      path,
      anchored === undefined
        ? `there is no anchor &${anchor.slice(0, 60)} before this alias.`
        : `*${anchor.slice(0, 60)} stands within the anchor that it names.`,
    )
    return undefined
  }

  /** What `<<` brings: the keys of one map or several, the first of which wins. */
  private mergedEntries(value: unknown, path: Path, at: number): readonly (readonly [string, SourceEntry])[] {
    const source = this.build(value, [...path, '<<'], at)
    const maps = source?.is === 'list' ? source.items : source ? [source] : []
    return maps.flatMap(map => {
      if (map.is === 'map') return [...map.entries]
      this.mistake(at, [...path, '<<'], 'takes a map, or a list of maps: `<<: *name`.')
      return []
    })
  }

  private nameOf(key: unknown, path: Path, at: number): string | undefined {
    const source = this.build(key, path, at)
    if (source === undefined) return undefined
    if (source.is !== 'scalar' || source.value === null) {
      this.mistake(at, path, 'a key must be a text.')
      return undefined
    }
    // Records of JavaScript would take it for something else.
    if (source.text === '__proto__') {
      this.mistake(at, path, 'unknown key "__proto__".')
      return undefined
    }
    return source.text
  }

  private measured(source: Source, path: Path, children: readonly Source[]): Source | undefined {
    const measures = children.map(child => this.measures.get(child) ?? { size: 1, depth: 1 })
    const size = measures.reduce((sum, child) => sum + child.size, 1)
    const depth = measures.reduce((most, child) => Math.max(most, child.depth), 0) + 1
    if (size > mostValues) {
      this.mistake(source.at, path, `its aliases expand to more than ${mostValues} values.`)
      return undefined
    }
    if (depth > deepestNesting) {
      this.mistake(source.at, path, `its aliases nest more than ${deepestNesting} levels deep.`)
      return undefined
    }
    this.measures.set(source, { size, depth })
    return source
  }

  private mistake(at: number, path: Path, message: string): void {
    this.mistakes.push({ at, path, message })
  }
}

function isNode(value: unknown): value is Node & { readonly anchor?: string } {
  return isMap(value) || isSeq(value) || isScalar(value)
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.source === '<<' && key.type === Scalar.PLAIN
}

function offsetOf(node: unknown, around: number): number {
  const range: unknown = isNode(node) || isAlias(node) ? node.range : undefined
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : around
}
