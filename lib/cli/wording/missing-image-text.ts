import type { MissingImage } from '../../actions/images/show-image.ts'
import { listed } from './listed.ts'

/** `there is no image v9 in 123456789012.dkr…/shop (default and worker).` */
export function missingImageText(dockerTag: string, missing: readonly MissingImage[]): string {
  const places = missing.map(({ repository, processes }) => `${repository} (${listed(processes)})`)
  return `there is no image ${dockerTag} in ${listed(places)}.`
}

/** `The nearest: v1.2.3 and v1.2.2.`; empty where there is nothing to name. */
export function nearestTagsText(missing: readonly MissingImage[]): string {
  const tags = [...new Set(missing.flatMap(({ nearest }) => nearest))]
  return tags.length === 0 ? '' : `The nearest: ${listed(tags)}.`
}
