import type { StoredImage } from './ports.ts'

/** A build cache is no image that runs. */
export function isCacheTag(tag: string): boolean {
  return /^(build)?cache/.test(tag) && !automatic.test(tag)
}

/** What `image build` calls an image by itself (build/automatic-tag.ts): its branch may be named `cache-headers`, or `env-vars`. */
const automatic = /-[0-9a-f]{16}(?:-dirty)?$/

/** Tags that everybody moves, whatever the repository's rules are: its own are read beside them. */
export function isUsuallyMoving(tag: string): boolean {
  return tag === 'latest' || (tag.startsWith('env-') && !automatic.test(tag)) || isCacheTag(tag)
}

/** `sha256-<hex>.sig`, `.att`, `.sbom` of cosign; bare, it is the list of what is attached (OCI's referrers tag). */
const attachment = /^sha256-([0-9a-f]{64})(?:\.\w+)?$/

export function isAttachmentTag(tag: string): boolean {
  return attachment.test(tag)
}

/** The digests of what an image is attached to: said by its manifest, or by its tags. */
export function subjectOf({ subject, tags }: Pick<StoredImage, 'subject' | 'tags'>): readonly string[] {
  const tagged = tags.flatMap(tag => {
    const [, hash] = attachment.exec(tag) ?? []
    return hash === undefined ? [] : [`sha256:${hash}`]
  })
  return subject === undefined ? tagged : [subject, ...tagged]
}
