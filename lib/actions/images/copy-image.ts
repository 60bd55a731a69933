import type { Docker } from '../../build/ports.ts'
import type { ImageFailure } from '../../build/image-failure.ts'
import type { Instant } from '../../deployment/state.ts'
import { isDeployableTag } from '../../images/is-deployable.ts'
import { isImmutable } from '../../images/is-immutable.ts'
import { parseManifest } from '../../images/parse-manifest.ts'
import { stagingTag } from '../../images/staging-tag.ts'
import { Refusal } from '../../names/refusal.ts'
import { repositoryPath } from '../../names/repository-path.ts'
import type { Registries } from '../build/build-request.ts'
import { ensureLogin } from './ensure-login.ts'
import { findPushed } from './find-pushed.ts'
import { lookUpImage } from './look-up-image.ts'
import { nearestTags } from './nearest-tags.ts'
import type { Image, Ports } from '../ports.ts'
import { Trouble } from '../trouble.ts'

/** A repository, and AWS as the account sees it that may use it. */
export type CopyPlace = {
  /** URI. */
  readonly repository: string
  /** The app in its environment, whose audit hears of the copy. @default - none does */
  readonly app?: string
  readonly ports: Pick<Ports, 'images' | 'imageStore' | 'identity' | 'clock' | 'audit'>
}

export type CopyPair = {
  readonly from: CopyPlace
  readonly to: CopyPlace
  /** Whose images they are, where processes were asked for. */
  readonly processes: readonly string[]
}

export type CopyRequest = {
  /** Or `sha256:…`. */
  readonly dockerTag: string
  /** What the copies are called. @default - as `dockerTag`; of a digest, the tag that the image has */
  readonly as?: string
  readonly pairs: readonly CopyPair[]
}

export type ImageCopy = Pick<CopyPair, 'processes'> & {
  /** URIs. */
  readonly from: string
  readonly to: string
  readonly dockerTag: string
  readonly digest: string
  /** The digest that the tag named at the destination before: it moves. */
  readonly replaced?: string
  readonly end: CopyEnd
}

export type CopyEnd =
  /** `tagged`: it was there under another name. */
  | { readonly is: 'copied' | 'tagged' | 'was_there' | 'stopped' }
  | { readonly is: 'failed'; readonly failure: ImageFailure }

export type CopyNews = {
  readonly at: Instant
  readonly copy: Omit<ImageCopy, 'end'> & Partial<Pick<ImageCopy, 'end'>>
}

type CopyOptions = {
  readonly docker: Docker
  readonly signal: AbortSignal
  readonly tell: (news: CopyNews) => void
}

/**
 * Copies an image from repository to repository, whatever their accounts and regions: by digest, with all its platforms, past this machine's
 * engine. Whatever can be seen to fail is refused before anything is copied; one copy that fails does not stop the others.
 */
export async function copyImage(request: CopyRequest, options: CopyOptions): Promise<readonly ImageCopy[]> {
  const { pairs } = request
  const places = new Set(pairs.flatMap(({ from, to }) => [from.ports, to.ports]))
  // Two accounts mean two sign-ins, of which either may have run out.
  await Promise.all([...places].map(({ identity }) => identity.caller()))
  const plans = await Promise.all(pairs.map(pair => planned(pair, request)))

  const hostOf = logins(options.docker)
  // One after the other: each login writes to the same file of Docker's.
  for (const { pair } of plans.filter(({ way }) => way === 'copy')) {
    await hostOf(pair.from)
    await hostOf(pair.to)
  }
  const copies: ImageCopy[] = []
  for (const plan of plans) {
    const { from, to, processes } = plan.pair
    const copy = {
      from: from.repository,
      to: to.repository,
      processes,
      dockerTag: plan.tag,
      digest: plan.image.digest,
      ...(plan.replaced !== undefined && { replaced: plan.replaced }),
    }
    const { clock } = to.ports
    // The rest takes no time that anybody would wonder about.
    if (plan.way === 'copy') options.tell({ at: clock.now(), copy })
    const end = await carriedOut(plan, { ...options, hostOf })
    options.tell({ at: clock.now(), copy: { ...copy, end } })
    copies.push({ ...copy, end })
    tellAudit({ ...copy, end }, plan.pair)
  }
  return copies
}

/** To the app that has got the image, else to the one that has given it. */
function tellAudit(
  { from, to, processes, dockerTag, digest: imageDigest, replaced, end: { is: how } }: ImageCopy,
  pair: CopyPair,
): void {
  const { app, ports } = pair.to.app === undefined ? pair.from : pair.to
  const isChange = how === 'copied' || how === 'tagged'
  if (app === undefined || !isChange) return
  const [process] = processes.length === 1 ? processes : []
  ports.audit.tell({
    is: 'copy',
    app,
    dockerTag,
    imageDigest,
    ...(process !== undefined && { process }),
    details: { from, to, how, ...(replaced !== undefined && { replaced }) },
  })
}

type Plan = {
  readonly pair: CopyPair
  readonly image: Image
  readonly tag: string
  /** What the tag names at the destination so far, if that is another image. */
  readonly replaced?: string
  /** What the destination has already. */
  readonly way: 'copy' | 'tag' | 'none'
  /** What the image is pushed as before it gets its tag, where that could never be mended. */
  readonly staging?: string
}

async function planned(pair: CopyPair, { dockerTag, as }: CopyRequest): Promise<Plan> {
  const { from, to } = pair
  const [image, [destination]] = await Promise.all([
    lookUpImage(from.repository, dockerTag, from.ports),
    to.ports.imageStore.repositories([to.repository]),
  ])
  if (image === undefined) throw await noImage(from, dockerTag)
  if (destination === undefined) throw noDestination(to.repository)
  if (image.status !== 'ACTIVE') throw notActive(from.repository, dockerTag, image)
  const tag = as ?? (dockerTag.startsWith('sha256:') ? tagOf(from.repository, image) : dockerTag)

  const { images } = to.ports
  const [named, same] = await Promise.all([
    images.find(to.repository, { tag }),
    images.find(to.repository, { digest: image.digest }),
  ])
  if (named?.digest === image.digest)
    return { pair, image, tag, way: named.status === 'ACTIVE' ? 'none' : 'copy' }
  if (named !== undefined && isImmutable(destination, tag)) throw tagTaken(to.repository, tag, named)
  const way = same?.status === 'ACTIVE' ? 'tag' : 'copy'
  const staging = stagingTag(destination, tag, image.digest)
  return {
    pair,
    image,
    tag,
    way,
    ...(named !== undefined && { replaced: named.digest }),
    ...(staging !== undefined && { staging }),
  }
}

type HostOf = (place: CopyPlace) => Promise<string>

/** Where a registry is spoken to, once Docker is logged in to it: to each of an account once. */
function logins(docker: Docker): HostOf {
  const known = new Map<CopyPlace['ports'], Registries>()
  return ({ repository, ports }) => {
    const own = known.get(ports) ?? ensureLogin({ docker, ports })
    known.set(ports, own)
    return own.hostOf(repository)
  }
}

type Means = Pick<CopyOptions, 'docker' | 'signal'> & { readonly hostOf: HostOf }

async function carriedOut(plan: Plan, means: Means): Promise<CopyEnd> {
  if (means.signal.aborted) return { is: 'stopped' }
  try {
    return await ended(plan, means)
  } catch (error) {
    if (means.signal.aborted) return { is: 'stopped' }
    // What was copied before it stays told.
    if (error instanceof Trouble) return failed('registry_unavailable', error.message, error.advice)
    throw error
  }
}

async function ended({ pair, image, tag, way, staging }: Plan, means: Means): Promise<CopyEnd> {
  switch (way) {
    case 'none':
      return { is: 'was_there' }
    case 'tag':
      return tagged(pair.to, image.digest, tag)
    case 'copy':
      if (staging !== undefined) return staged(pair, { digest: image.digest, tag, means, staging })
      return mended(pair, {
        digest: image.digest,
        tag,
        end: await copied(pair, { digest: image.digest, tag, means }),
      })
  }
}

/** One registry suffices: ECR gives what it holds one more name. */
async function tagged({ repository, ports }: CopyPlace, digest: string, tag: string): Promise<CopyEnd> {
  const [manifest] = await ports.imageStore.manifests(repository, [{ digest }])
  if (manifest === undefined) return failed('image_not_found', `${repository}@${digest} is gone.`)
  const answer = await ports.imageStore.tag(repository, manifest, tag)
  if (answer !== 'immutable') return { is: 'tagged' }
  return failed(
    'tag_immutable',
    `somebody has just given the tag ${tag} to another image of ${repository}, where tags do not move.`,
  )
}

/**
 * Older versions of buildx (0.13 for one) push the parts of an image under its tag, one after the other. Where tags stay, the first part would
 * keep it for ever: so all of it comes under a tag that may move, and ECR gives it its name.
 */
async function staged(
  pair: CopyPair,
  { staging, ...copying }: Copying & { readonly staging: string },
): Promise<CopyEnd> {
  const { to } = pair
  const end = await copied(pair, { ...copying, tag: staging })
  if (end.is !== 'copied') return end
  const named = await tagged(to, copying.digest, copying.tag)
  if (named.is === 'failed') return named
  await to.ports.imageStore.untag(to.repository, staging)
  return end
}

/** Where no tag may move, a copy that failed may have left the tag at a part of the image: it is taken away again. */
async function mended(
  { from, to }: CopyPair,
  { digest, tag, end }: { readonly digest: string; readonly tag: string; readonly end: CopyEnd },
): Promise<CopyEnd> {
  if (end.is !== 'failed' || end.failure.code !== 'tag_immutable') return end
  const [[whole], left] = await Promise.all([
    from.ports.imageStore.manifests(from.repository, [{ digest }]),
    to.ports.images.find(to.repository, { tag }),
  ])
  const manifest = whole && parseManifest(whole.text)
  const parts = manifest?.is === 'index' ? manifest.children : []
  if (left === undefined || !parts.some(part => part.digest === left.digest)) return end
  await to.ports.imageStore.untag(to.repository, tag)
  return failed(
    'engine_unfit',
    `this buildx pushes the parts of an image under its tag, and no tag of ${to.repository} may move.`,
    'Update buildx (docker buildx version), or let the repository’s tags buildcache* move.',
  )
}

type Copying = { readonly digest: string; readonly tag: string; readonly means: Means }

async function copied({ from, to }: CopyPair, { digest, tag, means }: Copying): Promise<CopyEnd> {
  const { docker, signal, hostOf } = means
  const answer = await docker.copy(
    {
      from: `${await hostOf(from)}/${repositoryPath(from.repository)}@${digest}`,
      to: `${await hostOf(to)}/${repositoryPath(to.repository)}:${tag}`,
    },
    { signal },
  )
  return answer.is === 'failed' ? answer : compared(to, { digest, tag, copied: answer.digest })
}

/** What the registry took is what ECR deploys: both must name the same image. */
async function compared(
  { repository, ports }: CopyPlace,
  { digest, tag, copied: copy }: { digest: string; tag: string; copied: string },
): Promise<CopyEnd> {
  const there = await findPushed(repository, { tag }, ports)
  if (copy === digest && there?.digest === digest) return { is: 'copied' }
  return failed(
    'digest_differs',
    `${repository}:${tag} is ${copy === digest ? (there?.digest ?? 'not there') : copy} after the copy of ${digest}.`,
    'Somebody else may have pushed that tag at the same moment. Copy again.',
  )
}

function failed(code: ImageFailure['code'], message: string, advice?: string): CopyEnd {
  return { is: 'failed', failure: { code, message, lines: [], ...(advice !== undefined && { advice }) } }
}

function tagOf(repository: string, { digest, tags }: Image): string {
  const tag = tags.find(isDeployableTag)
  if (tag !== undefined) return tag
  throw new Refusal({
    code: 'no_tag',
    message: `${repository}@${digest} has no tag that its copy could be called.`,
    advice: 'Give it one first: aws ecr put-image, or push it under a tag.',
  })
}

async function noImage({ repository, ports }: CopyPlace, dockerTag: string): Promise<Refusal> {
  const near = await nearestTags(repository, dockerTag, ports.imageStore)
  return new Refusal({
    code: 'image_not_found',
    message: `there is no image ${dockerTag} in ${repository}.`,
    ...(near.length > 0 && { advice: `The nearest: ${near.join(', ')}.` }),
  })
}

function noDestination(repository: string): Refusal {
  return new Refusal({
    code: 'repository_not_found',
    message: `there is no ECR repository ${repository} to copy to.`,
    advice: `make it (cdk deploy, or: aws ecr create-repository --repository-name ${repositoryPath(repository)})`,
  })
}

function notActive(repository: string, dockerTag: string, { digest, status }: Image): Refusal {
  return new Refusal({
    code: 'image_archived',
    message: `${dockerTag} in ${repository} is ${status.toLowerCase()}, and cannot be pulled.`,
    advice: `Restore it, which takes up to 20 minutes: aws ecr update-image-storage-class --repository-name ${repositoryPath(repository)} --image-id imageDigest=${digest} --target-storage-class STANDARD`,
  })
}

function tagTaken(repository: string, tag: string, { digest }: Image): Refusal {
  return new Refusal({
    code: 'tag_immutable',
    message: `${repository} has another image ${tag} already (${digest}), and its tags do not move.`,
    advice: 'Copy the image under a tag that is new there.',
  })
}
