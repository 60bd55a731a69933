import type { CiRef, SaidByCi } from './ci-job.ts'

/** A tag comes first: some systems name a branch for it as well. */
export function branchOrTag({
  branch,
  tag,
}: {
  readonly branch: SaidByCi | undefined
  readonly tag: SaidByCi | undefined
}): CiRef {
  if (tag !== undefined) return { is: 'tag', name: tag, gitRef: `refs/tags/${tag.value}` }
  if (branch !== undefined) return { is: 'branch', name: branch, gitRef: `refs/heads/${branch.value}` }
  return { is: 'unknown' }
}
