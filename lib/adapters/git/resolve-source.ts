import type { ResolvedSource } from '../../build/ports.ts'
import { nearest } from '../../names/nearest.ts'
import { Refusal } from '../../names/refusal.ts'
import type { CheckedSource } from './check-source.ts'
import type { Remote } from './remote.ts'

/** Asks the remote repository which commit a ref names. A commit in full is taken at its word: only a clone can tell. */
export async function resolveSource(
  { address, ref }: CheckedSource,
  remote: Remote,
): Promise<ResolvedSource> {
  const { url } = address
  if (ref === undefined || ref === 'HEAD') return { url, ...(await mainBranch(url, remote)) }
  if (isCommit(ref)) return { url, ref: ref.toLowerCase(), commit: ref.toLowerCase() }
  const refs = await refsOf(url, remote)
  const name = ref.replace(/^refs\/(?:heads|tags)\//, '')
  const commit = commitOf(ref, refs)
  if (commit !== undefined) return { url, ref: name, commit }
  const begun = commitBegunWith(ref, refs)
  return begun === undefined ? refuseRef(ref, { url, refs }) : { url, ref: begun, commit: begun }
}

function isCommit(ref: string): boolean {
  return /^[0-9a-f]{40}$/i.test(ref)
}

/** By full name: `refs/heads/main`, `refs/tags/v1.4.0` (of an annotated tag, the commit that it names). */
type Refs = ReadonlyMap<string, string>

async function mainBranch(url: string, remote: Remote): Promise<{ ref: string; commit: string }> {
  const lines = await remote.ask(['ls-remote', '--symref', '--', url, 'HEAD'], url)
  const branch = lines
    .map(line => /^ref: refs\/heads\/(\S+)\tHEAD$/.exec(line)?.[1])
    .find(each => each !== undefined)
  const commit = lines.map(line => /^([0-9a-f]{40})\tHEAD$/.exec(line)?.[1]).find(each => each !== undefined)
  if (commit !== undefined) return { ref: branch ?? commit, commit }
  throw new Refusal({
    code: 'no_such_ref',
    message: `${url} has no main branch: it is empty, or its HEAD names a branch that is not there.`,
    advice: 'Say which branch, tag or commit: ref=…',
  })
}

async function refsOf(url: string, remote: Remote): Promise<Refs> {
  const lines = await remote.ask(['ls-remote', '--heads', '--tags', '--', url], url)
  const refs = new Map<string, string>()
  for (const line of lines) {
    const { commit = '', name = '' } =
      /^(?<commit>[0-9a-f]{40})\t(?<name>refs\/(?:heads|tags)\/\S+)$/.exec(line)?.groups ?? {}
    // What an annotated tag names comes right after the tag itself.
    if (name !== '') refs.set(name.replace(/\^\{\}$/, ''), commit)
  }
  return refs
}

function commitOf(ref: string, refs: Refs): string | undefined {
  if (ref.startsWith('refs/')) return refs.get(ref)
  const branch = refs.get(`refs/heads/${ref}`)
  const tag = refs.get(`refs/tags/${ref}`)
  if (branch !== undefined && tag !== undefined && branch !== tag) {
    throw new Refusal({
      code: 'ambiguous_ref',
      exit: 'usage',
      message: `"${ref}" is both a branch and a tag, of different commits.`,
      advice: `Say which: ref=refs/heads/${ref} or ref=refs/tags/${ref}.`,
    })
  }
  return branch ?? tag
}

/** Only those that a branch or tag names can be seen from here. */
function commitBegunWith(ref: string, refs: Refs): string | undefined {
  if (!isBeginning(ref)) return undefined
  const [only, second] = new Set([...refs.values()].filter(commit => commit.startsWith(ref)))
  return second === undefined ? only : undefined
}

function isBeginning(ref: string): boolean {
  return /^[0-9a-f]{7,39}$/.test(ref)
}

function refuseRef(ref: string, { url, refs }: { url: string; refs: Refs }): never {
  const names = [...refs.keys()].map(name => name.replace(/^refs\/(?:heads|tags)\//, ''))
  const [guess] = nearest(ref.replace(/^refs\/(?:heads|tags)\//, ''), names)
  throw new Refusal({
    code: 'no_such_ref',
    message: `${url} has no branch or tag "${ref}".${guess === undefined ? '' : ` Did you mean ${guess}?`}`,
    advice: isBeginning(ref)
      ? 'If it is a commit, give all of its 40 digits: a shorter one is only known where a branch or tag names it.'
      : refs.size === 0
        ? 'The repository is empty.'
        : `Its branches and tags: git ls-remote ${url}`,
  })
}
