import { resolve } from 'node:path'
import type { ImageToBuild } from '../../build/images-to-build.ts'
import type { BuildSecret } from '../../build/ports.ts'

/** Where the values of a build's secrets are: out of a variable, or out of a file of the folder of tapit.yml. */
export function secretsOf(
  { settings }: Pick<ImageToBuild, 'settings'>,
  { root }: { readonly root: string },
): readonly BuildSecret[] {
  return Object.entries(settings.secrets).map(([id, from]) => {
    const [kind, ...rest] = from.split(':')
    const what = rest.join(':')
    return kind === 'env' ? { id, variable: what } : { id, file: resolve(root, what) }
  })
}
