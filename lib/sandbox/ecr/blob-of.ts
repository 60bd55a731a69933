import { digestOf } from './digest-of.ts'
import type { LayerStore } from './layer-store.ts'
import { type Descriptor, parseManifest } from './manifest.ts'
import type { LayerState, RepositoryState } from './state.ts'

/** Bytes of a layer or configuration that a repository has; undefined where it lacks it. */
export function blobSize(repository: RepositoryState, digest: string): number | undefined {
  return layerOf(repository, digest)?.size ?? blobOf(repository, digest)?.length
}

/** One that the layer store has. Clients may ask for `constructor`, too. */
export function layerOf({ layers = {} }: RepositoryState, digest: string): LayerState | undefined {
  return Object.hasOwn(layers, digest) ? layers[digest] : undefined
}

/** One that lies in no file: of an older sandbox's state, or embedded in a manifest. */
export function blobOf(repository: RepositoryState, digest: string): Buffer | undefined {
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) return undefined
  const uploaded = repository.blobs[digest]
  if (uploaded !== undefined) return Buffer.from(uploaded, 'base64')
  for (const { manifest } of repository.images) {
    // Most manifests embed nothing, and a repository may have ten thousand of them.
    if (!manifest.includes(digest)) continue
    const { config, layers = [] } = parseManifest(manifest) ?? {}
    const embedded = [config, ...layers].find(it => it?.digest === digest)
    if (embedded?.data !== undefined) return Buffer.from(embedded.data, 'base64')
  }
  return undefined
}

/** The whole of a small one, such as a configuration. */
export async function readBlob(
  repository: RepositoryState,
  { digest, layers }: { readonly digest: string; readonly layers: LayerStore },
): Promise<Buffer | undefined> {
  return layerOf(repository, digest) === undefined ? blobOf(repository, digest) : layers.read(digest)
}

export function hasBlob(repository: RepositoryState, { digest, data }: Descriptor): boolean {
  if (data !== undefined) return digestOf(Buffer.from(data, 'base64')) === digest
  return blobSize(repository, digest) !== undefined
}
