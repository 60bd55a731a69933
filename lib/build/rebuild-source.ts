import { gitAddress } from './git-address.ts'
import type { GitSource } from './ports.ts'

/** What a deployment's record says of where its image came from. Whoever may write records may write anything there. */
export type RecordedOrigin = {
  readonly dockerTag: string
  readonly gitHash?: string
  /** URL of a Git repository. */
  readonly source?: string
}

/** How an image that is gone is built again, or why it cannot be. */
export type Rebuild =
  | {
      readonly is: 'possible'
      /** The repository is the one that tapit.yml names, and `ref` a commit in full. */
      readonly source: Required<GitSource>
    }
  | ({ readonly is: 'impossible' } & RebuildObstacle)

export type RebuildObstacle =
  /** The record knows no commit, or one that is not whole. */
  | { readonly why: 'no_commit'; readonly gitHash?: string }
  /** The image held work that was in no commit. */
  | { readonly why: 'dirty'; readonly commit: string }
  /** The image was built by something that did not say from where, or from a folder without a remote. */
  | { readonly why: 'no_recorded_source'; readonly commit: string; readonly configured?: string }
  | { readonly why: 'no_config'; readonly recorded: string }
  /** There is a tapit.yml, but neither `build.source` nor `github` in it. */
  | { readonly why: 'no_configured_source'; readonly recorded: string }
  | { readonly why: 'other_repository'; readonly recorded: string; readonly configured: string }

/**
 * What to clone to build a deployment's image again. The record is never taken at its word: only the repository that tapit.yml names is
 * cloned, and only if the record means the same one.
 */
export function rebuildSource(
  { dockerTag, gitHash, source: recorded }: RecordedOrigin,
  config: { readonly build: { readonly source?: string } } | undefined,
): Rebuild {
  const configured = config?.build.source
  const commit = gitHash?.toLowerCase()
  if (commit === undefined || !/^[0-9a-f]{40}$/.test(commit)) {
    return { is: 'impossible', why: 'no_commit', ...(gitHash !== undefined && { gitHash }) }
  }
  if (recorded === undefined) {
    if (dockerTag.endsWith('-dirty')) return { is: 'impossible', why: 'dirty', commit }
    return {
      is: 'impossible',
      why: 'no_recorded_source',
      commit,
      ...(configured !== undefined && { configured }),
    }
  }
  if (config === undefined) return { is: 'impossible', why: 'no_config', recorded }
  if (configured === undefined) return { is: 'impossible', why: 'no_configured_source', recorded }
  if (!isSameRepository(recorded, configured)) {
    return { is: 'impossible', why: 'other_repository', recorded, configured }
  }
  return { is: 'possible', source: { url: configured, ref: commit } }
}

/** By host and path: one repository can be had by https and by ssh, with and without `.git` at its end. */
function isSameRepository(one: string, other: string): boolean {
  const [first, second] = [one, other].map(placeOf)
  return first !== undefined && first === second
}

function placeOf(url: string): string | undefined {
  const address = gitAddress(url)
  if (address === undefined) return undefined
  // Another protocol has another port, and where port 22 is closed another name: ssh.github.com.
  const host = address.host.replace(/:\d+$/, '').replace(/^(?:ssh|altssh)\./, '')
  return `${host}/${address.path}`.toLowerCase()
}
