import type { RepositoryState } from './state.ts'

export type NewRepositoryOptions = {
  readonly name: string
  readonly account: string
  readonly region: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly scanOnPush?: boolean
  readonly tags?: Readonly<Record<string, string>>
}

export function newRepository({
  name,
  account,
  region,
  at,
  scanOnPush = false,
  tags = {},
}: NewRepositoryOptions): RepositoryState {
  return {
    name,
    arn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
    uri: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
    createdAt: at,
    mutability: 'MUTABLE',
    mutabilityExclusions: [],
    scanOnPush,
    tags: { ...tags },
    images: [],
    blobs: {},
  }
}
