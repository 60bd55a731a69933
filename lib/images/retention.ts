import type { Instant } from '../deployment/state.ts'
import { isDeployable, isDeployableTag, otherType } from './is-deployable.ts'
import { isIndex } from './is-index.ts'
import type { StoredImage } from './ports.ts'
import { subjectOf } from './tag-kinds.ts'

/** Why an image stays. */
export type KeepReason =
  | UseReason
  /** One of the newest that can be deployed. */
  | { readonly is: 'newest'; readonly among: number }
  /** Another deploy may just have resolved it. `at` is absent where ECR does not say when it was pushed. */
  | { readonly is: 'pushed' | 'pulled'; readonly at?: Instant }
  | { readonly is: 'moving_tag'; readonly tag: string }
  /** A chart, say: nothing that tapit knows the worth of. */
  | { readonly is: 'no_image'; readonly type: string }
  /** `of` is an index that stays. */
  | { readonly is: 'part'; readonly of: string }
  /** `of` is an index that stays and that cannot be read: whatever has no tag may be a part of it. */
  | { readonly is: 'perhaps_part'; readonly of: string }
  /** A signature, an SBOM: `to` is an image that stays. */
  | { readonly is: 'attached'; readonly to: string }

/** What needs an image: `shop/worker`, or a task's id where no service started it. */
export type UseReason =
  | { readonly is: 'running'; readonly in: string }
  | { readonly is: 'deploying'; readonly in: string }
  | { readonly is: 'rollback_target'; readonly of: string }
  /** The next deploy of it starts it as a sidecar. */
  | { readonly is: 'template'; readonly of: string }

export type ImageUse = {
  readonly image: { readonly digest: string } | { readonly tag: string }
  readonly reason: UseReason
}

/** What the indexes consist of, by their digests, as far as they were read: an archived one cannot be. */
export type IndexParts = ReadonlyMap<string, readonly string[] | 'unreadable'>

export type RetentionFacts = {
  /** All of one repository. */
  readonly images: readonly StoredImage[]
  readonly parts: IndexParts
  readonly uses: readonly ImageUse[]
  /** How many images stay whatever they are used for. */
  readonly keep: number
  /** Whether a tag is one that moves to other images in this repository. */
  readonly isMoving: (tag: string) => boolean
  readonly now: Instant
}

/** What becomes of an image: without any reason to stay it goes. */
export type Verdict = { readonly image: StoredImage; readonly reasons: readonly KeepReason[] }

const day = 24 * 60 * 60 * 1_000

/**
 * ECR refreshes the time of the last pull "at least once every 24 hours": an image pulled an hour ago may still show yesterday's pull.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html
 */
const pullsLag = day

/** Judges all images of a repository, in their order. Whatever is needed by something that stays, stays too. */
export function retention(facts: RetentionFacts): readonly Verdict[] {
  const reasons = ownReasons(facts)
  lift(reasons, facts)
  spread(reasons, facts)
  return facts.images.map(image => ({ image, reasons: reasons.get(image.digest) ?? [] }))
}

type Reasons = Map<string, readonly KeepReason[]>

function ownReasons(facts: RetentionFacts): Reasons {
  const newest = newestDeployable(facts)
  const uses = reasonsByName(facts.uses)
  const held = new Set(facts.images.map(({ digest }) => digest))
  // No tag has the form of a digest.
  const usesOf = ({ digest, tags }: StoredImage): readonly UseReason[] => [
    ...new Map([digest, ...tags].flatMap(name => [...(uses.get(name) ?? [])])).values(),
  ]
  return new Map(
    facts.images.map(image => [
      image.digest,
      [
        ...usesOf(image),
        ...(newest.has(image.digest) ? [{ is: 'newest', among: facts.keep } as const] : []),
        ...recently(image, { ...facts, held }),
        ...image.tags.filter(facts.isMoving).map(tag => ({ is: 'moving_tag', tag }) as const),
        ...otherArtifact(image),
      ],
    ]),
  )
}

/** By digest and by tag, each once. */
function reasonsByName(uses: readonly ImageUse[]): ReadonlyMap<string, ReadonlyMap<string, UseReason>> {
  const found = new Map<string, Map<string, UseReason>>()
  for (const { image, reason } of uses) {
    const name = 'digest' in image ? image.digest : image.tag
    const known = found.get(name) ?? new Map<string, UseReason>()
    found.set(name, known.set(JSON.stringify(reason), reason))
  }
  return found
}

/** What has no tag can only be deployed by its digest: nobody counts on it who has not deployed it before. */
function newestDeployable({ images, keep }: RetentionFacts): ReadonlySet<string> {
  const deployable = images
    .filter(isDeployable)
    .toSorted((one, other) => pushOf(other) - pushOf(one) || (one.digest < other.digest ? -1 : 1))
  return new Set(deployable.slice(0, keep).map(({ digest }) => digest))
}

function pushOf({ pushedAt = Number.MAX_SAFE_INTEGER }: StoredImage): Instant {
  return pushedAt
}

function recently(image: StoredImage, facts: RetentionFacts & Held): readonly KeepReason[] {
  const { now } = facts
  const { pushedAt, pulledAt } = image
  const isNew = pushedAt === undefined || now - pushedAt < day
  const isPulled = pulledAt !== undefined && now - pulledAt < day + pullsLag
  return [
    ...(isNew ? [{ is: 'pushed', ...(pushedAt !== undefined && { at: pushedAt }) } as const] : []),
    ...(isPulled && !isPulledByItsParts(image, facts) ? [{ is: 'pulled', at: pulledAt } as const] : []),
  ]
}

type Held = { readonly held: ReadonlySet<string> }

/**
 * ECR takes reading a manifest for a pull (https://github.com/aws/containers-roadmap/issues/2390), and each pruning reads the indexes that
 * stay: by their own pulls they would stay for ever. Whoever runs an image pulls that of a platform, which is not read here.
 */
function isPulledByItsParts({ digest }: StoredImage, { parts, held }: RetentionFacts & Held): boolean {
  return partsOf(digest, parts).some(part => held.has(part))
}

/** With a tag somebody gave it a name; without one it is what a cache or an attachment left. */
function otherArtifact(image: StoredImage): readonly KeepReason[] {
  const type = otherType(image)
  const isNamed = image.tags.some(isDeployableTag)
  return type === undefined || !isNamed || image.subject !== undefined ? [] : [{ is: 'no_image', type }]
}

/** Tasks name, and pull, the image of their platform, task definitions its index: what needs the one needs the other. */
function lift(reasons: Reasons, { images, parts }: RetentionFacts): void {
  const indexesOf = new Map<string, string[]>()
  for (const { digest } of images) {
    for (const part of partsOf(digest, parts)) indexesOf.set(part, [...(indexesOf.get(part) ?? []), digest])
  }
  const pending = images.flatMap(({ digest }) =>
    liftedAmong(reasons.get(digest)).length > 0 ? [digest] : [],
  )
  for (const digest of pending) {
    for (const index of indexesOf.get(digest) ?? []) {
      const own = reasons.get(index) ?? []
      if (liftedAmong(own).length > 0) continue
      reasons.set(index, [...liftedAmong(reasons.get(digest)), ...own])
      pending.push(index)
    }
  }
}

function liftedAmong(reasons: readonly KeepReason[] = []): readonly KeepReason[] {
  return reasons.filter(({ is }) => lifted.has(is))
}

const lifted: ReadonlySet<KeepReason['is']> = new Set([
  'running',
  'deploying',
  'rollback_target',
  'template',
  'pulled',
])

/** From what stays to its parts and to what is attached to it. */
function spread(reasons: Reasons, facts: RetentionFacts): void {
  const { images, parts } = facts
  const byDigest = new Map(images.map(image => [image.digest, image]))
  const attachments = attachmentsOf(images)
  const pending = images.filter(({ digest }) => isKept(reasons, digest))
  const keep = (image: StoredImage | undefined, reason: KeepReason): void => {
    if (image === undefined || isKept(reasons, image.digest)) return
    reasons.set(image.digest, [reason])
    pending.push(image)
  }
  for (const { digest } of pending) {
    const index = byDigest.get(digest)
    if (index !== undefined && isIndex(index) && parts.get(digest) === 'unreadable') {
      for (const each of images) if (each.tags.length === 0) keep(each, { is: 'perhaps_part', of: digest })
    }
    for (const part of partsOf(digest, parts)) keep(byDigest.get(part), { is: 'part', of: digest })
    for (const each of attachments.get(digest) ?? []) keep(each, { is: 'attached', to: digest })
  }
}

function isKept(reasons: Reasons, digest: string): boolean {
  return (reasons.get(digest) ?? []).length > 0
}

function partsOf(digest: string, parts: IndexParts): readonly string[] {
  const known = parts.get(digest)
  return known === undefined || known === 'unreadable' ? [] : known
}

/** By the digest of what they are attached to. */
function attachmentsOf(images: readonly StoredImage[]): ReadonlyMap<string, readonly StoredImage[]> {
  const found = new Map<string, StoredImage[]>()
  for (const image of images) {
    for (const subject of subjectOf(image)) found.set(subject, [...(found.get(subject) ?? []), image])
  }
  return found
}
