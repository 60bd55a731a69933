import type { Instant } from '../../deployment/state.ts'
import { isDeployableTag } from '../../images/is-deployable.ts'
import type { Clock } from '../../names/clock.ts'
import { nearest } from '../../names/nearest.ts'
import { findPushed } from './find-pushed.ts'
import type { Ambiguous, ProcessImage } from '../services/image-of-process.ts'
import type { Image, Images } from '../ports.ts'

export type FoundImage = ProcessImage & {
  readonly dockerTag: string
  readonly digest: string
  readonly pushedAt?: Instant
  /** Set when nobody said which: `latest`, or the newest push. */
  readonly chosen?: 'latest' | 'newest'
  /** Of an image index; absent for a single-platform image. */
  readonly platforms?: readonly string[]
}

/** An image that is still to be built: the tag that it will get. */
export type UnbuiltImage = ProcessImage & { readonly dockerTag: string; readonly isUnbuilt: true }

/** There is no such image to deploy; `nearest` are tags that look alike. */
export type MissingImage = ProcessImage & {
  readonly missing: string
  readonly why: 'absent' | 'archived' | 'empty_repository'
  readonly nearest: readonly Image[]
}

/** Resolves the tag once in each repository: two processes that share one get the same digest, even while the tag moves. */
export async function findImages(
  wanted: readonly (ProcessImage | Ambiguous)[],
  dockerTag: string | undefined,
  images: Images,
): Promise<readonly (FoundImage | MissingImage | Ambiguous)[]> {
  const byRepository = new Map<string, Promise<Resolved>>()
  const resolveOnce = (repository: string): Promise<Resolved> => {
    const known = byRepository.get(repository) ?? resolve(repository, dockerTag, images)
    byRepository.set(repository, known)
    return known
  }
  return Promise.all(
    wanted.map(async each =>
      'reason' in each ? each : { ...each, ...(await resolveOnce(each.repository)) },
    ),
  )
}

/** The image that a build has pushed. */
export async function findBuilt(
  repository: string,
  { dockerTag, digest }: { readonly dockerTag: string; readonly digest: string },
  ports: { readonly images: Images; readonly clock: Clock },
): Promise<Resolved> {
  const image = await findPushed(repository, { digest }, ports)
  return image === undefined
    ? { missing: `${dockerTag} (${digest})`, why: 'absent', nearest: [] }
    : found(repository, dockerTag, image, ports.images)
}

/** An image that was deployed before, by its digest; it is called by the tag that it was deployed under. */
export async function findKnown(
  repository: string,
  { dockerTag, imageDigest }: { readonly dockerTag: string; readonly imageDigest: string },
  images: Images,
): Promise<Resolved> {
  const image = await images.find(repository, { digest: imageDigest })
  return image === undefined
    ? { missing: `${dockerTag} (${imageDigest})`, why: 'absent', nearest: [] }
    : found(repository, dockerTag, image, images)
}

export type Resolved = Omit<FoundImage, keyof ProcessImage> | Omit<MissingImage, keyof ProcessImage>

const suggestions = 3

async function resolve(repository: string, dockerTag: string | undefined, images: Images): Promise<Resolved> {
  if (dockerTag === undefined) return chooseImage(repository, images)
  const reference = dockerTag.startsWith('sha256:') ? { digest: dockerTag } : { tag: dockerTag }
  const image = await images.find(repository, reference)
  return image === undefined
    ? missing(repository, dockerTag, images)
    : found(repository, dockerTag, image, images)
}

async function chooseImage(repository: string, images: Images): Promise<Resolved> {
  const latest = await images.find(repository, { tag: 'latest' })
  if (latest !== undefined)
    return { ...(await found(repository, 'latest', latest, images)), chosen: 'latest' }
  const newest = (await images.newest(repository)).find(({ tags }) => tags.some(isDeployableTag))
  const tag = newest?.tags.find(isDeployableTag)
  if (newest === undefined || tag === undefined)
    return { missing: 'latest', why: 'empty_repository', nearest: [] }
  return { ...(await found(repository, tag, newest, images)), chosen: 'newest' }
}

async function found(repository: string, dockerTag: string, image: Image, images: Images): Promise<Resolved> {
  if (image.status === 'ARCHIVED') return { missing: dockerTag, why: 'archived', nearest: [] }
  const platforms = await images.platforms(repository, image.digest)
  return {
    dockerTag,
    digest: image.digest,
    ...(image.pushedAt !== undefined && { pushedAt: image.pushedAt }),
    ...(platforms !== undefined && { platforms }),
  }
}

async function missing(repository: string, dockerTag: string, images: Images): Promise<Resolved> {
  const newest = await images.newest(repository)
  const tags = newest.flatMap(image => image.tags)
  const alike = nearest(dockerTag, tags)
  const names = (alike.length > 0 ? alike : newest.flatMap(({ tags: [first] }) => first ?? [])).slice(
    0,
    suggestions,
  )
  return {
    missing: dockerTag,
    why: newest.length === 0 ? 'empty_repository' : 'absent',
    nearest: names.flatMap(name => {
      const image = newest.find(({ tags: own }) => own.includes(name))
      return image === undefined ? [] : [{ ...image, tags: [name] }]
    }),
  }
}
