/** What ECR holds and does beyond what a deploy asks it (actions/ports.ts). A repository is named by its URI, without tag and digest. */
export type ImageStore = {
  /** One page of up to 1000 images, tagged or not (unless `only` says so), archived ones too, in no order; `next` while there are more. Trouble `missing` if there is no such repository. */
  page(
    repository: string,
    next?: string,
    only?: 'tagged',
  ): Promise<{ readonly images: readonly StoredImage[]; readonly next?: string }>
  /** Of up to 100 digests; those that are missing are left out. */
  described(repository: string, digests: readonly string[]): Promise<readonly StoredImage[]>
  /** Of up to 100 digests or tags; those that are missing or archived are left out. The text is as it was pushed, byte for byte. */
  manifests(
    repository: string,
    references: readonly ({ readonly tag: string } | { readonly digest: string })[],
  ): Promise<readonly StoredManifest[]>
  /** The image configuration (labels, when it was made, platform) that a manifest names; of an index, that of its first platform's image. Absent where there is none: a chart, a build cache. */
  config(repository: string, digest: string): Promise<ImageConfig | undefined>
  /** Severities of the last scan and how many findings each has; absent where the image was never scanned. */
  scan(repository: string, digest: string): Promise<ScanSummary | undefined>
  /** Up to 100. What ECR refuses is answered, not thrown; what was gone already is in neither list. */
  remove(
    repository: string,
    digests: readonly string[],
  ): Promise<{
    readonly removed: readonly string[]
    readonly kept: readonly { readonly digest: string; readonly why: string }[]
  }>
  /** Gives a manifest that the repository holds one more tag; `immutable` if the tag names another image and may not move. */
  tag(
    repository: string,
    manifest: { readonly text: string; readonly mediaType: string; readonly digest: string },
    tag: string,
  ): Promise<'tagged' | 'was_tagged' | 'immutable'>
  /** Takes one tag away; the image stays, if it has another. Nothing happens where there is no such tag. */
  untag(repository: string, tag: string): Promise<void>
  /** Up to 100 by URI in one registry; those that are missing are left out. */
  repositories(uris: readonly string[]): Promise<readonly Repository[]>
  /** Whether a policy lets anybody but the owner pull from it. */
  isShared(repository: string): Promise<boolean>
  /** What `docker login` needs; valid for twelve hours. `endpoint` is where to push: `https://123456789012.dkr.ecr.eu-west-1.amazonaws.com`. */
  authorization(repository: string): Promise<RegistryAuthorization>
}

export type StoredImage = {
  readonly digest: string
  readonly tags: readonly string[]
  /** Milliseconds since the epoch. */
  readonly pushedAt?: number
  /** The last pull that ECR recorded. */
  readonly pulledAt?: number
  /** Of an index this is not the sum of its platforms. */
  readonly sizeInBytes?: number
  /** ACTIVE, ARCHIVED (cannot be pulled), ACTIVATING. */
  readonly status: string
  readonly mediaType?: string
  /** What its configuration is: `application/vnd.oci.image.config.v1+json`, that of a build cache, of a chart. An index has none. */
  readonly artifactType?: string
  /** The digest of the image that this one is attached to, as signatures are. */
  readonly subject?: string
}

export type StoredManifest = {
  readonly digest: string
  readonly mediaType: string
  readonly text: string
}

export type ImageConfig = {
  readonly labels: Readonly<Record<string, string>>
  readonly createdAt?: number
  /** `linux/amd64`. */
  readonly platform?: string
}

export type ScanSummary = {
  /** COMPLETE, IN_PROGRESS, FAILED, … */
  readonly status: string
  /** By severity: CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL, UNDEFINED. */
  readonly findings: Readonly<Record<string, number>>
  readonly scannedAt?: number
}

export type Repository = {
  readonly uri: string
  readonly name: string
  readonly mutability: 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION'
  /** Wildcard patterns of tags to which the opposite of `mutability` applies. */
  readonly exclusions: readonly string[]
}

export type RegistryAuthorization = {
  readonly username: string
  readonly password: string
  /** URL with scheme. */
  readonly endpoint: string
  readonly expiresAt?: number
}
