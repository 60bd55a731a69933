/** Something that a CI system says, and the variable that says it. */
export type SaidByCi = { readonly value: string; readonly variable: string }

/**
 * What the job runs for. A pull request has no branch of its own: what it would become is not there yet, and a fork may call its branch as
 * it likes.
 */
export type CiRef =
  | { readonly is: 'branch' | 'tag'; readonly name: SaidByCi; readonly gitRef: string }
  /** `gitRef` is absent where it would name something else than what was checked out. */
  | { readonly is: 'pull_request'; readonly variable: string; readonly gitRef?: string }
  | { readonly is: 'unknown' }

/** What a CI system says of the job in which this runs. */
export type CiJob = {
  /** As people call it. */
  readonly system: string
  /** As the history calls it: `github-actions`. */
  readonly name: string
  /** Who began the job. */
  readonly actor?: SaidByCi
  readonly commit?: SaidByCi
  /** The repository, without its owner. */
  readonly repository?: SaidByCi
  readonly ref: CiRef
  /** The job runs because somebody has pushed. Not every system says why. */
  readonly isPush: boolean
}
