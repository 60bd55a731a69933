import { isIndex } from './is-index.ts'
import type { IndexParts, Verdict } from './retention.ts'

/**
 * The indexes whose parts decide about others and that were not read yet: first those that stay, since their parts do, and only then those
 * that would go. ECR counts reading a manifest as a pull, and what was pulled stays for a day: what may go is read right before it goes.
 */
export function indexesToRead(verdicts: readonly Verdict[], parts: IndexParts): readonly string[] {
  const unread = verdicts.filter(({ image }) => isIndex(image) && !parts.has(image.digest))
  const staying = unread.filter(({ reasons }) => reasons.length > 0)
  return (staying.length > 0 ? staying : unread).map(({ image }) => image.digest)
}
