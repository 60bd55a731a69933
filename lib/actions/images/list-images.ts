import type { ImageDetails } from '../../images/image-details.ts'
import { listRepository } from '../../images/list-repository.ts'
import { type UnclearProcess, appRepositories } from './app-repositories.ts'
import { inParallel } from '../batches.ts'
import { type ImageUse, imageUses, isUseIn, isUseOf } from './image-uses.ts'
import type { Ports } from '../ports.ts'
import { Trouble } from '../trouble.ts'

export type ImageList = {
  readonly app: string
  readonly environment: string
  readonly repositories: readonly ListedRepository[]
  readonly unclear: readonly UnclearProcess[]
}

export type ListedRepository = {
  readonly uri: string
  /** All of the app that have their images in it. */
  readonly processes: readonly string[]
  /** How many images it holds that can be deployed. */
  readonly total: number
  readonly images: readonly ListedImage[]
  /** What something needs and is not there any more. */
  readonly gone: readonly { readonly digest: string; readonly uses: readonly ImageUse[] }[]
}

export type ListedImage = ImageDetails & { readonly uses: readonly ImageUse[] }

type Wish = {
  readonly app: string
  readonly environment?: string
  readonly processes?: readonly string[]
  /** How many of the newest of each repository. */
  readonly limit: number
}

/** Few, since each may hold a page of a thousand images. */
const repositoriesAtOnce = 2

/** The images of an app's repositories, newest first, and what the app does with them. */
export async function listImages(wish: Wish, ports: Ports): Promise<ImageList> {
  const { limit, ...app } = wish
  const { cluster, environment, services, repositories, unclear } = await appRepositories(app, ports)
  const uses = await imageUses({ app: cluster.name, services }, ports)
  const listed = await inParallel(repositories, repositoriesAtOnce, async ({ uri, processes }) => {
    const place = { repository: uri, processes }
    const own = uses.filter(use => isUseIn(use, place))
    const usesOf = (image: { readonly digest: string; readonly tags?: readonly string[] }) =>
      own.filter(use => isUseOf(use, { ...place, ...image }))
    try {
      const { images, total, gone } = await listRepository(
        uri,
        { limit, needed: own.map(({ image }) => image) },
        ports.imageStore,
      )
      return {
        uri,
        processes,
        total,
        images: images.map(image => ({ ...image, uses: usesOf(image) })),
        gone: gone.map(digest => ({ digest, uses: usesOf({ digest }) })),
      }
    } catch (error) {
      // The others can be listed all the same.
      if (!(error instanceof Trouble) || error.kind !== 'missing' || repositories.length === 1) throw error
      const { message, advice } = error
      return processes.map(process => ({ process, message, ...(advice !== undefined && { advice }) }))
    }
  })
  return {
    app: cluster.name,
    environment,
    repositories: listed.flatMap(each => ('uri' in each ? each : [])),
    unclear: [...unclear, ...listed.flatMap(each => ('uri' in each ? [] : each))],
  }
}
