import { type GitAddress, gitAddress } from '../../build/git-address.ts'
import type { GitSource } from '../../build/ports.ts'
import { Refusal } from '../../names/refusal.ts'
import { withoutCredentials } from './without-credentials.ts'

export type CheckedSource = { readonly address: GitAddress; readonly ref?: string }

/** A source whose words Git cannot take for anything else than a URL and a ref. */
export function checkSource({ url, ref }: GitSource): CheckedSource {
  const address = gitAddress(url) ?? refuseUrl(url)
  if (ref !== undefined && !isRef(ref)) refuseRef(ref)
  return { address, ...(ref !== undefined && { ref }) }
}

/** https://git-scm.com/docs/git-check-ref-format, and what is shorter than a path. */
function isRef(ref: string): boolean {
  return (
    ref.length <= 250 &&
    !/^[-/.]|[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/\/|\/\.|[/.]$|\.lock(?:\/|$)/u.test(ref) &&
    ref !== '@' &&
    ref !== ''
  )
}

function refuseUrl(url: string): never {
  throw new Refusal({
    code: 'bad_source',
    exit: 'usage',
    message: `source="${withoutCredentials(url)}" is not the URL of a Git repository.`,
    advice:
      'Allowed: https://github.com/owner/name, http://…, ssh://…, git://…, file:///…, git@host:owner/name.git.',
  })
}

function refuseRef(ref: string): never {
  throw new Refusal({
    code: 'bad_ref',
    exit: 'usage',
    message: `ref="${withoutCredentials(ref)}" is not the name of a branch, tag or commit.`,
    advice: 'Allowed: a branch (main), a tag (v1.4.0), or a commit with all of its 40 digits.',
  })
}
