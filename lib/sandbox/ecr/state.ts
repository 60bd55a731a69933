/** A registry's memory. Times are milliseconds since the epoch. */
export type EcrState = {
  /** By repository name. */
  readonly repositories: Record<string, RepositoryState>
}

export type TagMutability = 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION'

export type RepositoryState = {
  readonly name: string
  readonly arn: string
  readonly uri: string
  readonly createdAt: number
  mutability: TagMutability
  /** Wildcard patterns of tags to which the opposite of `mutability` applies. */
  mutabilityExclusions: readonly string[]
  readonly scanOnPush: boolean
  tags: Record<string, string>
  /** Oldest push first. */
  readonly images: ImageState[]
  /** Layers and image configurations whose contents the layer store has, by digest. */
  layers?: Record<string, LayerState>
  /** Contents themselves (base64), by digest: where sandboxes kept uploads before there was a layer store. */
  readonly blobs: Record<string, string>
  /** The repository policy's JSON, as it was set. */
  policy?: string
}

export type LayerState = {
  readonly size: number
  /** When somebody last uploaded it or asked for it: a manifest that names it may be on its way. */
  seenAt: number
}

export type ImageState = {
  readonly digest: string
  /** As it was pushed, byte for byte: the digest is its hash. */
  readonly manifest: string
  readonly mediaType: string
  readonly sizeInBytes: number
  readonly pushedAt: number
  tags: readonly string[]
  /** What its configuration says. Absent in an index, and where the manifest has the configuration embedded. */
  readonly config?: ImageConfig
  /** The last pull that ECR recorded. */
  pulledAt?: number
  archivedAt?: number
  /** When its last restoration ends, or ended. */
  activatedAt?: number
  scannedAt?: number
}

export type ImageConfig = {
  /** Such as `linux/amd64`. */
  readonly platform?: string
  /** Those that are the sandbox's. */
  readonly labels: Readonly<Record<string, string>>
}

export function emptyEcr(): EcrState {
  return { repositories: {} }
}
