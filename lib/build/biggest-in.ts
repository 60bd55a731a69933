import type { ContextFolder } from './context-folder.ts'
import type { ContextSize } from './ports.ts'

const most = 5
/** What is smaller than this share of all helps nobody. */
const leastShare = 0.02
/** A folder that is little more than one thing in it: that one is named. */
const nearlyAll = 0.9

/** What makes a context large, biggest first: the places that a line of .dockerignore could name. */
export function biggestIn(context: ContextFolder): ContextSize['biggest'] {
  return partsOf(context)
    .map(namedBetter)
    .filter(({ bytes }) => bytes > 0 && bytes >= context.bytes * leastShare)
    .toSorted((one, other) => other.bytes - one.bytes)
    .slice(0, most)
    .map(({ path, bytes }) => ({ path, bytes }))
}

type Part = { readonly path: string; readonly bytes: number } | ContextFolder

function partsOf({ folders, files }: ContextFolder): readonly Part[] {
  return [...folders, ...files]
}

/** `services` → `services/web/node_modules`, where all the rest is small; but a folder that is of one piece keeps its name. */
function namedBetter(part: Part): Part {
  if (!('folders' in part) || isOfOnePiece(part)) return part
  const within = partsOf(part).find(({ bytes }) => bytes >= part.bytes * nearlyAll)
  return within === undefined ? part : namedBetter(within)
}

const piecesNames = [
  'node_modules',
  'vendor',
  'venv',
  'env',
  'target',
  'dist',
  'build',
  'out',
  'coverage',
  'Pods',
]

function isOfOnePiece({ path }: ContextFolder): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return name.startsWith('.') || piecesNames.includes(name)
}
