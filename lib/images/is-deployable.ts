import { isIndex } from './is-index.ts'
import type { StoredImage } from './ports.ts'
import { isAttachmentTag, isCacheTag } from './tag-kinds.ts'

/** Whether it is an image with a name to deploy it by: no build cache, no signature, no chart. */
export function isDeployable(image: StoredImage): boolean {
  const { artifactType, subject, tags } = image
  const isImage = isIndex(image) || artifactType === undefined || imageConfigTypes.has(artifactType)
  return isImage && subject === undefined && tags.some(isDeployableTag)
}

export function isDeployableTag(tag: string): boolean {
  return !isCacheTag(tag) && !isAttachmentTag(tag)
}

/** What a configuration is called that belongs to an image. */
export const imageConfigTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
])
