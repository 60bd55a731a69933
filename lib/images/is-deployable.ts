import { isIndex } from './is-index.ts'
import type { StoredImage } from './ports.ts'
import { isAttachmentTag, isCacheTag } from './tag-kinds.ts'

/** Whether it is an image with a name to deploy it by: no build cache, no signature, no chart. */
export function isDeployable(image: StoredImage): boolean {
  const { subject, tags } = image
  return otherType(image) === undefined && subject === undefined && tags.some(isDeployableTag)
}

/** What it is, where it is no image: a chart, say. */
export function otherType(image: StoredImage): string | undefined {
  const { artifactType } = image
  return isIndex(image) || artifactType === undefined || imageConfigTypes.has(artifactType)
    ? undefined
    : artifactType
}

export function isDeployableTag(tag: string): boolean {
  return !isCacheTag(tag) && !isAttachmentTag(tag)
}

/** What a configuration is called that belongs to an image. */
export const imageConfigTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
])
