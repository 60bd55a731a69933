import { Composer, type CST, type Document, Parser, type YAMLError } from 'yaml'
import type { PlacedMistake } from '../mistakes/placed-mistake.ts'
import { deepestNesting } from './limits.ts'
import { sourceOf } from './source-of.ts'
import type { Source } from './source.ts'

export type ReadYaml = {
  /** Absent where the file is empty, or so broken that nothing can be read out of it. */
  readonly root?: Source
  /** Not YAML at all: nothing in the file can be relied on. */
  readonly isBroken: boolean
  readonly mistakes: readonly PlacedMistake[]
}

/**
 * Reads one YAML document. Keys are texts; anchors, aliases and `<<` work; nesting and what aliases expand to are limited.
 * How deep it is nested is looked at before anything recursive sees it: near the end of the stack V8 does not throw, but may end the process.
 */
export function readYaml(text: string): ReadYaml {
  const tokens = [...new Parser().parse(text)]
  const deep = tooDeep(tokens)
  if (deep !== undefined)
    return broken([
      { at: deep, path: [], message: `this is nested more than ${deepestNesting} levels deep.` },
    ])

  const [document, second] = new Composer({ prettyErrors: false, uniqueKeys: false }).compose(
    tokens,
    true,
    text.length,
  )
  if (document === undefined) return broken([{ at: 0, path: [], message: 'the file is empty.' }])
  if (second !== undefined)
    return broken([
      { at: second.range[0], path: [], message: 'a second document ("---") begins here; one is allowed.' },
    ])
  if (document.errors.length > 0)
    return broken(firstAtEachPlace(document.errors.map(error => syntaxMistake(error, text))))
  return { isBroken: false, ...contentsOf(document, text) }
}

function contentsOf(document: Document.Parsed, text: string): Omit<ReadYaml, 'isBroken'> {
  const { source, mistakes } = sourceOf(document.contents)
  const warnings = document.warnings.map(warning => syntaxMistake(warning, text))
  return { ...(source && { root: source }), mistakes: [...warnings, ...mistakes] }
}

function broken(mistakes: readonly PlacedMistake[]): ReadYaml {
  return { isBroken: true, mistakes }
}

/** The first says what is wrong, the others what comes of it. */
function firstAtEachPlace(mistakes: readonly PlacedMistake[]): readonly PlacedMistake[] {
  return [...new Map(mistakes.toReversed().map(mistake => [mistake.at, mistake])).values()]
}

/** Where the nesting becomes too deep, if it does. */
function tooDeep(tokens: readonly CST.Token[]): number | undefined {
  const left: { readonly token: CST.Token; readonly depth: number }[] = tokens.map(token => ({
    token,
    depth: 0,
  }))
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { token, depth } = next
    if (depth > deepestNesting) return token.offset < 0 ? 0 : token.offset
    for (const child of childrenOf(token)) left.push({ token: child, depth: depth + 1 })
  }
  return undefined
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : []
  if (!('items' in token)) return []
  return token.items.flatMap(({ key, value }) => [...(key ? [key] : []), ...(value ? [value] : [])])
}

function syntaxMistake({ code, message, pos }: YAMLError, text: string): PlacedMistake {
  return {
    at: Math.min(pos[0], text.length),
    path: [],
    message: `not valid YAML: ${inOurWords[code] ?? firstLine(message)}.`,
  }
}

const inOurWords: Readonly<Record<string, string | undefined>> = {
  BAD_INDENT: 'this line is not indented like the ones that it belongs to',
  BLOCK_IN_FLOW: 'within { } and [ ], a text with ": " in it must stand in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a key cannot stand here; check the indentation, and put a text with ": " in it in quotes',
  BAD_SCALAR_START: 'a text that begins with this character must stand in quotes',
  MULTILINE_IMPLICIT_KEY: 'this is no key; a key is followed by ":" and a space',
  TAB_AS_INDENT: 'a tab cannot indent; use spaces',
}

function firstLine(message: string): string {
  const line = message.split('\n')[0] ?? ''
  return line.length > 120 ? `${line.slice(0, 120)}…` : line.replace(/\.$/, '')
}
