import type { World } from '../world.ts'
import { AwsError } from '../wire/aws-error.ts'
import { readBlob } from './blob-of.ts'
import { digestOf } from './digest-of.ts'
import { imageConfig } from './image-config.ts'
import type { LayerStore } from './layer-store.ts'
import { indexType, manifestType, parseManifest } from './manifest.ts'
import { requirePushable } from './pushable.ts'
import { isScannable } from './scan.ts'
import type { ImageConfig, ImageState, RepositoryState } from './state.ts'
import { storeImage } from './store-image.ts'

export type PutImageOptions = {
  readonly manifest: string
  /** Where the manifest itself does not say. */
  readonly mediaType?: string
  /** @default - none: untagged */
  readonly tag?: string
  /** What the client takes the digest for. */
  readonly digest?: string
  readonly layers: LayerStore
}

/** What a push ends with, by ECR's API as by the registry's protocol; throws what ECR's API answers. */
export async function putImage(
  { clock }: World,
  repository: RepositoryState,
  { manifest, mediaType, tag, digest: wanted, layers }: PutImageOptions,
): Promise<ImageState> {
  const digest = digestOf(manifest)
  if (wanted !== undefined && wanted !== digest) {
    throw new AwsError(
      'ImageDigestDoesNotMatchException',
      `The image manifest's digest is ${digest}, not ${wanted}.`,
    )
  }
  const config = await configIn(repository, { manifest, layers })
  const at = clock.now()
  const { mediaType: own, manifests } = requirePushable(repository, { manifest, tag, digest, config, at })
  const image = storeImage(repository, {
    manifest,
    mediaType: own ?? mediaType ?? (manifests === undefined ? manifestType : indexType),
    digest,
    tag,
    at,
    config,
  })
  if (repository.scanOnPush && isScannable(image)) image.scannedAt ??= at
  return image
}

/** Labels and platform of an image whose configuration was uploaded. */
async function configIn(
  repository: RepositoryState,
  { manifest, layers }: Pick<PutImageOptions, 'manifest' | 'layers'>,
): Promise<ImageConfig | undefined> {
  const { config } = parseManifest(manifest) ?? {}
  if (config === undefined || config.data !== undefined || config.size > largestConfig) return undefined
  const content = await readBlob(repository, { digest: config.digest, layers })
  return content === undefined ? undefined : imageConfig(content)
}

/** Real ones have some kilobytes. */
const largestConfig = 4 * 1024 * 1024
