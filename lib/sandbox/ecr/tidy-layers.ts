import type { World } from '../world.ts'
import { layerOf } from './blob-of.ts'
import type { LayerStore } from './layer-store.ts'
import { parseManifest } from './manifest.ts'
import type { RepositoryState } from './state.ts'

/** Forgets layers that no manifest names (any more) and nobody asked for in the last hour, and removes their files. */
export async function tidyLayers({ state, clock }: World, layers: LayerStore): Promise<void> {
  const repositories = Object.values(state.ecr.repositories)
  for (const repository of repositories) forgetUnnamed(repository, clock.now() - patience)
  await layers.tidy(digest =>
    Object.values(state.ecr.repositories).some(it => layerOf(it, digest) !== undefined),
  )
}

/** A push uploads its layers first, and names them in its manifest last. */
const patience = 3_600_000

function forgetUnnamed(repository: RepositoryState, before: number): void {
  const { layers } = repository
  if (layers === undefined) return
  const named = new Set(
    repository.images.flatMap(({ manifest }) => {
      const { config, layers: its = [] } = parseManifest(manifest) ?? {}
      return [config, ...its].map(descriptor => descriptor?.digest)
    }),
  )
  repository.layers = Object.fromEntries(
    Object.entries(layers).filter(([digest, { seenAt }]) => named.has(digest) || seenAt >= before),
  )
}
