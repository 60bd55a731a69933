import { AwsError } from '../wire/aws-error.ts'
import { problemOf } from './annotations.ts'
import { hasBlob } from './blob-of.ts'
import { imageStatus } from './image-status.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import type { ImageConfig, RepositoryState } from './state.ts'

export type Push = {
  readonly manifest: string
  readonly tag?: string
  readonly digest: string
  /** Of an image whose configuration is not embedded in the manifest. */
  readonly config?: ImageConfig
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** The parsed manifest of a push that ECR would take; otherwise throws what ECR answers. */
export function requirePushable(
  repository: RepositoryState,
  { manifest: text, tag, digest, config, at }: Push,
): Manifest {
  const manifest = parseManifest(text)
  if (manifest === undefined) {
    throw invalid(
      "Invalid parameter at 'imageManifest' failed to satisfy constraint: 'Invalid JSON syntax or manifest'",
    )
  }
  if (tag !== undefined && !/^[\w][\w.-]{0,299}$/.test(tag)) {
    throw invalid(
      `Invalid parameter at 'imageTag' failed to satisfy constraint: '${tag.slice(0, 300)}' is no image tag`,
    )
  }
  requireMeaning({ ...config?.labels, ...manifest.annotations })
  requireNew(repository, { tag, digest, at })
  requireContents(repository, manifest)
  return manifest
}

function requireMeaning(annotations: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(annotations)) {
    const problem = problemOf(key, value)
    if (problem !== undefined) throw invalid(`The annotation or label '${key}' ${problem}`)
  }
}

function requireNew(
  repository: RepositoryState,
  { tag, digest, at }: Pick<Push, 'tag' | 'digest' | 'at'>,
): void {
  const known = repository.images.find(image => image.digest === digest)
  const isTagged = tag === undefined || (known?.tags.includes(tag) ?? false)
  // An archived image is pushed once more to have it back.
  if (isTagged && known !== undefined && imageStatus(known, at) !== 'ACTIVE') return
  if (isTagged && known !== undefined) {
    const tagged = tag === undefined ? '' : ` and tag '${tag}'`
    throw new AwsError(
      'ImageAlreadyExistsException',
      `Image with digest '${digest}'${tagged} already exists in the repository with name '${repository.name}'`,
    )
  }
  if (
    tag !== undefined &&
    isImmutable(repository, tag) &&
    repository.images.some(({ tags }) => tags.includes(tag))
  ) {
    throw new AwsError(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
    )
  }
}

function isImmutable({ mutability, mutabilityExclusions }: RepositoryState, tag: string): boolean {
  const excluded = mutabilityExclusions.some(pattern => wildcard(pattern).test(tag))
  return mutability.startsWith('IMMUTABLE') !== excluded
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split('*').map(part => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`)
}

/** An image's layers come before its manifest, and the manifests of an index before the index. */
function requireContents(
  repository: RepositoryState,
  { config, layers = [], manifests = [] }: Manifest,
): void {
  const missingLayer = [config, ...layers].find(it => it !== undefined && !hasBlob(repository, it))
  if (missingLayer !== undefined) {
    throw new AwsError(
      'LayersNotFoundException',
      `Layers with digests '[${missingLayer.digest}]' required for pushing image into repository with name '${repository.name}' do not exist`,
    )
  }
  const missingImage = manifests.find(
    ({ digest }) => !repository.images.some(image => image.digest === digest),
  )
  if (missingImage !== undefined) {
    throw new AwsError(
      'ReferencedImagesNotFoundException',
      `Images with digests '[${missingImage.digest}]' required for pushing image into repository with name '${repository.name}' do not exist`,
    )
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message)
}
