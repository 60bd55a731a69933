import { digestOf } from './digest-of.ts'
import { type Descriptor, parseManifest } from './manifest.ts'
import type { RepositoryState } from './state.ts'

/** A layer's or configuration's content: uploaded, or embedded in a manifest. */
export function blobOf(repository: RepositoryState, digest: string): Buffer | undefined {
  const uploaded = repository.blobs[digest]
  if (uploaded !== undefined) return Buffer.from(uploaded, 'base64')
  for (const { manifest } of repository.images) {
    const { config, layers = [] } = parseManifest(manifest) ?? {}
    const embedded = [config, ...layers].find(it => it?.digest === digest)
    if (embedded?.data !== undefined) return Buffer.from(embedded.data, 'base64')
  }
  return undefined
}

export function hasBlob(repository: RepositoryState, { digest, data }: Descriptor): boolean {
  if (data !== undefined) return digestOf(Buffer.from(data, 'base64')) === digest
  return blobOf(repository, digest) !== undefined
}
