import type { World } from '../world.ts'
import type { RepositoryState } from './state.ts'

/** Notes that a repository has a layer of the layer store from now on. */
export function adoptLayer(
  { clock }: World,
  repository: RepositoryState,
  digest: string,
): (size: number) => void {
  return size => {
    repository.layers = { ...repository.layers, [digest]: { size, seenAt: clock.now() } }
  }
}
