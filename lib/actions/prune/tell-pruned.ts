import type { StoredImage } from '../../images/ports.ts'
import type { Audit } from '../../records/audit.ts'

export type WhatWentOptions = {
  /** The app in its environment. */
  readonly app: string
  /** URI. */
  readonly repository: string
  readonly removed: readonly StoredImage[]
  /** ARNs. */
  readonly revisions: readonly string[]
}

/** A line of the audit tells this many by name. */
const mostNamed = 100

/** What was deleted for good, for the audit: who looks for an image later finds here who let it go. */
export function tellPruned({ app, repository, removed, revisions }: WhatWentOptions, audit: Audit): void {
  if (removed.length + revisions.length === 0) return
  const names = removed.map(({ digest, tags }) => tags[0] ?? digest)
  const named = names.slice(0, mostNamed).join(', ')
  audit.tell({
    is: 'prune',
    app,
    details: {
      repository,
      images: removed.length,
      revisions: revisions.length,
      ...(names.length > 0 && { removed: names.length > mostNamed ? `${named}, …` : named }),
    },
  })
}
