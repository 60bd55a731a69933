import { AwsError } from '../wire/aws-error.ts'
import { isBehaviourAnnotation } from './annotations.ts'
import { behaviours, isBehaviour } from './behaviour.ts'
import { hasBlob } from './blob-of.ts'
import { type Manifest, parseManifest } from './manifest.ts'
import type { RepositoryState } from './state.ts'

export type Push = { readonly manifest: string; readonly tag?: string; readonly digest: string }

/** The parsed manifest of a push that ECR would take; otherwise throws what ECR answers. */
export function requirePushable(
  repository: RepositoryState,
  { manifest: text, tag, digest }: Push,
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
  requireBehaviours(manifest)
  requireNew(repository, { tag, digest })
  requireContents(repository, manifest)
  return manifest
}

/** A behaviour that does not exist would silently be `ok`. */
function requireBehaviours({ annotations = {} }: Manifest): void {
  for (const [key, word] of Object.entries(annotations)) {
    if (isBehaviourAnnotation(key) && !isBehaviour(word)) {
      throw invalid(`The annotation '${key}' must be one of ${behaviours.join(', ')}; got '${word}'`)
    }
  }
}

function requireNew(repository: RepositoryState, { tag, digest }: Omit<Push, 'manifest'>): void {
  const known = repository.images.find(image => image.digest === digest)
  if (known !== undefined && (tag === undefined || known.tags.includes(tag))) {
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
