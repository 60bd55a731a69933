import { imageConfig } from './image-config.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import type { ImageConfig, ImageState, RepositoryState } from './state.ts'

/** What an image says of itself, by annotation or label: its own word before those of an index's images, an annotation before a label. */
export function annotationsOf(
  repository: Pick<RepositoryState, 'images'>,
  image: Pick<ImageState, 'manifest' | 'config'>,
): Readonly<Record<string, string>> {
  const manifest = parseManifest(image.manifest)
  const children = childrenOf(repository, manifest).map(child => annotationsOf({ images: [] }, child))
  return Object.assign({}, ...children, configOf(image)?.labels, manifest?.annotations)
}

/** The images that an index names and its repository has. */
export function childrenOf(
  { images }: Pick<RepositoryState, 'images'>,
  manifest: Manifest | undefined,
): readonly ImageState[] {
  const digests = new Set(manifest?.manifests?.map(({ digest }) => digest))
  return digests.size === 0 ? [] : images.filter(({ digest }) => digests.has(digest))
}

/** An image's configuration: noted at its push, or embedded in the manifest. */
export function configOf({
  manifest,
  config,
}: Pick<ImageState, 'manifest' | 'config'>): ImageConfig | undefined {
  if (config !== undefined) return config
  const data = parseManifest(manifest)?.config?.data
  return data === undefined ? undefined : imageConfig(Buffer.from(data, 'base64'))
}
