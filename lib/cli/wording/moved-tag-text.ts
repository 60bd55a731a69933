import type { MovedTag } from '../../actions/approvals/moved-tags.ts'
import { shortDigest } from './short-digest.ts'

/** That a tag is another image than the one that waits under its name. */
export function movedTagText({ dockerTag, imageDigest, tagDigest }: MovedTag): string {
  return `${dockerTag} is ${shortDigest(tagDigest)} in the registry by now: what waits here, and would be started, is ${shortDigest(imageDigest)}.`
}
