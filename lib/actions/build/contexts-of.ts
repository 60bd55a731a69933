import { resolve } from 'node:path'
import type { ImageToBuild } from '../../build/images-to-build.ts'

/** Further contexts by name: images as they are, folders by their absolute paths. */
export function contextsOf(
  { settings }: Pick<ImageToBuild, 'settings'>,
  { root }: { readonly root: string },
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(settings.contexts).map(([name, place]) => [
      name,
      /^[a-z-]+:\/\//.test(place) ? place : resolve(root, place),
    ]),
  )
}
