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
  /** Uploaded layers and image configurations (base64), by digest. */
  readonly blobs: Record<string, string>
  /** Uploads under way (base64), by upload id. */
  readonly uploads: Record<string, string>
}

export type ImageState = {
  readonly digest: string
  /** As it was pushed, byte for byte: the digest is its hash. */
  readonly manifest: string
  readonly mediaType: string
  readonly sizeInBytes: number
  readonly pushedAt: number
  tags: readonly string[]
}

export function emptyEcr(): EcrState {
  return { repositories: {} }
}
