import { behaviourAnnotation, exitCodeAnnotation, logAnnotation, onceLogAnnotation } from './annotations.ts'
import { annotationsOf, childrenOf, configOf } from './annotations-of.ts'
import { type Behaviour, isBehaviour } from './behaviour.ts'
import { parseManifest } from './manifest.ts'
import type { EcrState, ImageState, RepositoryState } from './state.ts'

export type FoundImage = {
  readonly repository: string
  readonly digest: string
  readonly manifest: string
  /** The image itself and those that it is an index of. */
  readonly images: readonly ImageState[]
  /** Such as `linux/amd64`; empty where the manifest does not tell. */
  readonly platforms: readonly string[]
  behaviour(process: string): Behaviour
  /** Empty where the image has no lines of its own to log. */
  logLines(process: string): readonly string[]
  /** What it says of commands that are run with it once. */
  readonly once: { readonly exitCode?: number; readonly logLines?: readonly string[] }
}

export type FindImageOptions = {
  readonly account: string
  readonly region: string
  /** As a task definition writes it: `ACCOUNT.dkr.ecr.REGION.amazonaws.com/repository[:tag][@sha256:…]`. */
  readonly reference: string
}

/** The image of a reference, pullable or not; undefined when it isn't in this registry (any more). */
export function findImage(
  state: EcrState,
  { account, region, reference }: FindImageOptions,
): FoundImage | undefined {
  const registry = `${account}.dkr.ecr.${region}.amazonaws.com/`
  if (!reference.startsWith(registry)) return undefined
  const parts = /^([a-z0-9._/-]+?)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
    reference.slice(registry.length),
  )
  const [, name = '', tag = 'latest', digest] = parts ?? []
  const repository = state.repositories[name]
  const image = repository?.images.find(it =>
    digest === undefined ? it.tags.includes(tag) : it.digest === digest,
  )
  return repository === undefined || image === undefined ? undefined : found(repository, image)
}

function found(repository: RepositoryState, image: ImageState): FoundImage {
  const annotations = annotationsOf(repository, image)
  const children = childrenOf(repository, parseManifest(image.manifest))
  return {
    repository: repository.name,
    digest: image.digest,
    manifest: image.manifest,
    images: [image, ...children],
    platforms: platformsOf(image, children),
    once: onceIn(annotations),
    behaviour: process => {
      const word = annotations[behaviourAnnotation(process)] ?? annotations[behaviourAnnotation()]
      return word !== undefined && isBehaviour(word) ? word : 'ok'
    },
    logLines: process => {
      const text = annotations[logAnnotation(process)] ?? annotations[logAnnotation()]
      return text === undefined || text === '' ? [] : text.split('\n')
    },
  }
}

function onceIn({
  [exitCodeAnnotation]: exitCode,
  [onceLogAnnotation]: log,
}: Readonly<Record<string, string | undefined>>): FoundImage['once'] {
  return {
    ...(exitCode !== undefined && { exitCode: Number(exitCode) }),
    ...(log !== undefined && { logLines: log.split('\n') }),
  }
}

/** An index says which platform each image is for; where it does not, the image's configuration does. */
function platformsOf(image: ImageState, children: readonly ImageState[]): string[] {
  const { manifests } = parseManifest(image.manifest) ?? {}
  const { platform: own } = configOf(image) ?? {}
  if (manifests === undefined) return own === undefined ? [] : [own]
  return manifests.flatMap(({ platform, digest }) => {
    // buildx adds attestation manifests to an index, whose platform is unknown/unknown.
    if (platform?.os === 'unknown') return []
    if (platform?.os !== undefined) return [`${platform.os}/${platform.architecture}`]
    const child = children.find(it => it.digest === digest)
    return child === undefined ? [] : platformsOf(child, [])
  })
}
