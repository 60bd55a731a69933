import type { DeclaredCommand } from '../argv/declared-command.ts'
import { globalFlags } from '../argv/global-flags.ts'

export type Candidate = { readonly word: string; readonly summary: string }

/** What can follow the words of a command line. */
export type Place = {
  /** The words typed so far, without options: `''`, `create`, `create deploy`. */
  readonly after: string
  readonly candidates: readonly Candidate[]
  /** Where a key or flag with a closed list of values has been begun: `strategy=` and `strategy=rolling`, …. */
  readonly values: readonly { readonly begun: string; readonly candidates: readonly string[] }[]
}

/** A flag's spellings whose value is the next word, and the values if they are a closed list. */
export type ValueFlag = { readonly spellings: readonly string[]; readonly allowed: readonly string[] }

export type Completable = { readonly places: readonly Place[]; readonly valueFlags: readonly ValueFlag[] }

/** All that can be completed, out of the table of commands. */
export function candidates(commands: readonly DeclaredCommand[]): Completable {
  const prefixes = new Set(
    commands.flatMap(({ words }) => words.map((_, index) => words.slice(0, index).join(' '))),
  )
  return {
    places: [
      ...[...prefixes].map(prefix => placeAfterPrefix(prefix, commands)),
      ...commands.map(placeAfterCommand),
    ],
    valueFlags: valueFlags(commands),
  }
}

function placeAfterPrefix(prefix: string, commands: readonly DeclaredCommand[]): Place {
  const depth = prefix === '' ? 0 : prefix.split(' ').length
  const next = new Map<string, string>()
  for (const { words, summary } of commands) {
    const word = words[depth]
    if (word === undefined || words.slice(0, depth).join(' ') !== prefix) continue
    const isWhole = words.length === depth + 1
    next.set(word, isWhole ? summary : `${word} …`)
  }
  const nextWords = [...next].map(([word, summary]) => ({ word, summary }))
  return { after: prefix, candidates: [...nextWords, ...flagCandidates(globalFlags)], values: globalValues() }
}

function placeAfterCommand({ words, keys, flags }: DeclaredCommand): Place {
  const keyCandidates = keys.map(({ name, summary }) => ({ word: `${name}=`, summary }))
  const values = keys.map(({ name, allowed, suggested = [] }) => begun(`${name}=`, allowed ?? suggested))
  return {
    after: words.join(' '),
    candidates: [...keyCandidates, ...flagCandidates([...flags, ...globalFlags])],
    values: [...values.filter(({ candidates }) => candidates.length > 0), ...globalValues()],
  }
}

function flagCandidates(flags: readonly { readonly name: string; readonly summary: string }[]): Candidate[] {
  return flags.map(({ name, summary }) => ({ word: `--${name}`, summary }))
}

function globalValues(): Place['values'] {
  return globalFlags.flatMap(({ name, allowed }) =>
    allowed === undefined ? [] : [begun(`--${name}=`, allowed)],
  )
}

function begun(typed: string, allowed: readonly string[]): Place['values'][number] {
  return { begun: typed, candidates: allowed.map(value => typed + value) }
}

function valueFlags(commands: readonly DeclaredCommand[]): ValueFlag[] {
  const byName = new Map<string, ValueFlag>()
  for (const flag of commands.flatMap(({ flags }) => flags)) byName.set(flag.name, valueFlag(flag))
  for (const flag of globalFlags) byName.set(flag.name, valueFlag(flag))
  return [...byName.values()].filter(({ spellings }) => spellings.length > 0)
}

function valueFlag(flag: {
  readonly name: string
  readonly alias?: string
  readonly value?: string
  readonly allowed?: readonly string[]
}): ValueFlag {
  const { name, alias, value, allowed = [] } = flag
  if (value === undefined) return { spellings: [], allowed }
  return { spellings: [...(alias === undefined ? [] : [`-${alias}`]), `--${name}`], allowed }
}
