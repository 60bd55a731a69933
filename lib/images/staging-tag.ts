import { buildCacheTag } from '../names/aws.ts'
import { isImmutable } from './is-immutable.ts'
import type { Repository } from './ports.ts'

const hexDigits = 12

/**
 * A tag that may move in a repository whose tags otherwise stay: what is pushed under it gets its name from ECR itself, once all of it is
 * there. Absent where the tag may move anyway, and where nothing may.
 */
export function stagingTag(repository: Repository, tag: string, digest: string): string | undefined {
  if (!isImmutable(repository, tag)) return undefined
  const hex = digest.slice('sha256:'.length, 'sha256:'.length + hexDigits)
  // That of a build cache is deployed by nobody.
  const beginnings = [buildCacheTag, ...repository.exclusions.map(pattern => pattern.replace(/-?\*.*$/, ''))]
  return beginnings
    .map(beginning => `${beginning}-copy-${hex}`.replace(/^-+/, ''))
    .find(each => !isImmutable(repository, each))
}
