import { resolve } from 'node:path'
import type { ImageToBuild } from '../../build/images-to-build.ts'
import type { BuildFiles } from '../../build/ports.ts'
import { Refusal } from '../../names/refusal.ts'

type Options = {
  readonly root: string
  readonly files: Pick<BuildFiles, 'locate'>
  /** The folder is a clone: what stands in it must not reach out of it, be it by a link. */
  readonly isClone: boolean
}

/** Further contexts by name: images as they are, folders by their absolute paths. */
export async function contextsOf(
  { settings }: Pick<ImageToBuild, 'settings'>,
  options: Options,
): Promise<Readonly<Record<string, string>>> {
  const places = Object.entries(settings.contexts).map(
    async ([name, place]) => [name, await placeOf(place, { ...options, name })] as const,
  )
  return Object.fromEntries(await Promise.all(places))
}

async function placeOf(
  place: string,
  { root, files, isClone, name }: Options & { readonly name: string },
): Promise<string> {
  if (/^[a-z-]+:\/\//.test(place)) return place
  if (!isClone) return resolve(root, place)
  const found = await files.locate(root, place)
  if (found.is === 'file' || found.is === 'folder') return found.path
  throw new Refusal({
    code: 'dockerfile_missing',
    message: `the context ${name} of the build, ${place}, ${found.is === 'missing' ? 'is not in the clone' : 'leads out of the clone'}.`,
    advice: 'Correct build.contexts in tapit.yml.',
  })
}
