import type { ImageEnd } from '../../actions/build/image-news.ts'
import { shortDigest } from './short-digest.ts'

/** What became of an image, in a few words. */
export function imageEndText(end: ImageEnd): string {
  switch (end.is) {
    case 'built':
      return `pushed ${shortDigest(end.digest)}${cacheText(end)}`
    case 'exists':
      return `is there already ${shortDigest(end.digest)}`
    case 'failed':
      return end.failure.step === undefined ? `failed at ${end.step}` : `failed at ${end.failure.step}`
    case 'stopped':
      return 'stopped; nothing was pushed'
  }
}

function cacheText({ steps, cachedSteps }: { readonly steps: number; readonly cachedSteps: number }): string {
  return cachedSteps === 0 ? '' : ` (${cachedSteps} of ${steps} steps from the cache)`
}
