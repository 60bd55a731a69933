import { assignedByEcs } from './task-definition.ts'

/** One difference between two task definitions. Values are absent where they may be secret: of environment variables. */
export type Change = {
  /** `containers.web.image`, `containers.web.environment.LOG_LEVEL`, `cpu`. */
  readonly path: string
  readonly before?: string
  readonly after?: string
  readonly is: 'added' | 'removed' | 'changed'
}

/** The lists whose items have names, and whose values stay secret. */
const namedLists = new Set(['containerDefinitions', 'environment', 'secrets', 'volumes'])
const hiddenValues = new Set(['environment'])

/** The differences between two task definitions as AWS describes them, by path. */
export function diffDefinitions(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly Change[] {
  const leavesBefore = new Map(leaves(before))
  const leavesAfter = new Map(leaves(after))
  const paths = [...new Set([...leavesBefore.keys(), ...leavesAfter.keys()])].toSorted()
  return paths.flatMap(path => change(path, leavesBefore.get(path), leavesAfter.get(path)) ?? [])
}

type Leaf = { readonly text: string; readonly isHidden: boolean }

function change(path: string, before: Leaf | undefined, after: Leaf | undefined): Change | undefined {
  if (before?.text === after?.text) return undefined
  const is = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  const isHidden = before?.isHidden === true || after?.isHidden === true
  if (isHidden) return { path, is }
  return { path, is, ...(before && { before: before.text }), ...(after && { after: after.text }) }
}

function leaves(value: unknown, path = '', isHidden = false): [string, Leaf][] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return listLeaves(value, path, isHidden)
  if (value instanceof Date) return [[path, { text: value.toISOString(), isHidden }]]
  if (typeof value !== 'object') return [[path, { text: textOf(value), isHidden }]]
  return Object.entries(value)
    .filter(([key]) => path !== '' || !isNotCompared(key))
    .flatMap(([key, member]) => leaves(member, join(path, key), isHidden || hiddenValues.has(key)))
}

function isNotCompared(member: string): boolean {
  return member === 'family' || assignedByEcs.has(member)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Items with a name are told apart by it; an order of variables is no difference. */
function listLeaves(items: readonly unknown[], path: string, isHidden: boolean): [string, Leaf][] {
  const key = path.slice(path.lastIndexOf('.') + 1)
  const parent = key === 'containerDefinitions' ? `${path.slice(0, -key.length)}containers` : path
  if (!namedLists.has(key))
    return items.flatMap((item, index) => leaves(item, join(path, String(index)), isHidden))
  return items.flatMap((item, index) => {
    if (typeof item !== 'object' || item === null) return leaves(item, join(parent, String(index)), isHidden)
    const { name = String(index), ...rest } = item as { name?: string }
    const values = Object.values(rest)
    const place = join(parent, name)
    return key === 'containerDefinitions' || values.length !== 1
      ? leaves(rest, place, isHidden)
      : leaves(values[0], place, isHidden)
  })
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
