import type { CopyNews } from '../../actions/images/copy-image.ts'
import { imageFailureTexts } from './image-failure-texts.ts'
import { shortDigest } from './short-digest.ts'

/** Where a copy stands, in a sentence without its beginning: `copying v1.4.0 (sha256:9f2c41d0) to …`. */
export function copyText({ to, dockerTag, digest, replaced, end }: CopyNews['copy']): string {
  const moved = replaced === undefined ? '' : `, where ${dockerTag} was ${shortDigest(replaced)}`
  const image = `${dockerTag} (${shortDigest(digest)})`
  switch (end?.is) {
    case undefined:
      return `copying ${image} to ${to}`
    case 'copied':
      return `copied ${image} to ${to}${moved}`
    case 'tagged':
      return `${shortDigest(digest)} was in ${to} already${moved}; it is called ${dockerTag} now`
    case 'was_there':
      return `${image} is in ${to} already`
    case 'stopped':
      return `stopped before ${image} was in ${to}`
    case 'failed':
      return `${image} was not copied to ${to}: ${imageFailureTexts(end.failure).join(' ')}`
  }
}
