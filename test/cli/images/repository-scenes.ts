import { imageIndex } from '../../../lib/sandbox/ecr/image-manifest.ts'
import type { ImageState, RepositoryState } from '../../../lib/sandbox/ecr/state.ts'
import { storeImage } from '../../../lib/sandbox/ecr/store-image.ts'
import { clusterHandlers } from '../../../lib/sandbox/ecs/handlers/cluster-handlers.ts'
import type { Shop } from '../../fakes/shop.ts'
import { addWorker } from '../deploy/scenes.ts'

export const hour = 60 * 60 * 1_000
export const day = 24 * hour

/** Lets images grow older: all of them, or some tags. */
export function grow(shop: Shop, by: number, ...tags: readonly string[]): void {
  for (const image of repositoryOf(shop).images) {
    if (tags.length > 0 && !image.tags.some(tag => tags.includes(tag))) continue
    Object.assign(image, {
      pushedAt: image.pushedAt - by,
      ...(image.pulledAt !== undefined && { pulledAt: image.pulledAt - by }),
    })
  }
}

export function repositoryOf({ sandbox: { world } }: Shop, name = 'shop'): RepositoryState {
  const repository = world.state.ecr.repositories[name]
  if (repository === undefined) throw new Error(`there is no repository ${name}`)
  return repository
}

export function imageOf(shop: Shop, tag: string): ImageState {
  const image = repositoryOf(shop).images.find(({ tags }) => tags.includes(tag))
  if (image === undefined) throw new Error(`there is no image ${tag}`)
  return image
}

/** The first tag of each image that is there, untagged ones by `?`, in alphabetical order. */
export function tagsThere(shop: Shop): readonly string[] {
  return repositoryOf(shop)
    .images.map(({ tags }) => tags[0] ?? '?')
    .toSorted()
}

/** Deploys images one after the other; each is pushed first if it is not there. */
export async function deployAll(
  shop: Shop,
  tags: readonly string[],
  { process = 'default', more = [] }: { process?: string; more?: readonly string[] } = {},
): Promise<void> {
  for (const tag of tags) {
    if (!tagsThere(shop).includes(tag)) await shop.push({ tag })
    const { code, stderr } = await shop.tapit(
      'create',
      'deploy',
      `process=${process}`,
      `docker_tag=${tag}`,
      '--wait',
      ...more,
    )
    if (code !== 0) throw new Error(`${tag} was not deployed: ${stderr}`)
  }
}

/** An index with two platforms, as buildx pushes it. */
export function pushIndexOf(
  shop: Shop,
  tag: string,
): { readonly digest: string; readonly parts: readonly string[] } {
  const { children, ...index } = imageIndex({ platforms: ['linux/amd64', 'linux/arm64'], salt: tag })
  const at = shop.clock.now()
  for (const child of children) storeImage(repositoryOf(shop), { ...child, at })
  storeImage(repositoryOf(shop), { ...index, tag, at })
  return { digest: index.digest, parts: children.map(({ digest }) => digest) }
}

/** Another cluster whose only service takes its images out of the shop's repository. */
export function addStaging(shop: Shop, { tag = 'v1.2.2' }: { tag?: string } = {}): void {
  clusterHandlers(shop.sandbox.world).CreateCluster({
    clusterName: 'shop-staging',
    tags: [{ key: 'tapit:environment', value: 'staging' }],
  })
  addWorker(shop, 'mailer', { tag, service: { cluster: 'shop-staging' } })
}
