import { type ImageDetails, type PlatformImage, imageDetails } from '../../images/image-details.ts'
import type { ImageConfig, ScanSummary } from '../../images/ports.ts'
import type { Instant } from '../../deployment/state.ts'
import { imageLabels } from '../../names/aws.ts'
import { type UnclearProcess, appRepositories } from './app-repositories.ts'
import { inParallel } from '../batches.ts'
import { type ImageHistory, deploymentsOfImages } from './deployments-of-images.ts'
import { type ImageUse, imageUses, isUseOf, withoutTable } from './image-uses.ts'
import { lookUpImage } from './look-up-image.ts'
import { nearestTags } from './nearest-tags.ts'
import type { Ports } from '../ports.ts'
import { Trouble } from '../trouble.ts'

export type ImageReport = {
  readonly app: string
  readonly environment: string
  /** As it was asked for. */
  readonly dockerTag: string
  readonly images: readonly ShownImage[]
  /** Repositories that have no such image. */
  readonly missing: readonly MissingImage[]
  readonly unclear: readonly UnclearProcess[]
}

export type ShownImage = Omit<ImageDetails, 'platforms'> &
  Pick<ImageConfig, 'createdAt'> & {
    readonly repository: string
    readonly processes: readonly string[]
    readonly labels: ImageConfig['labels']
    readonly platforms: readonly ShownPlatform[]
    readonly uses: readonly ImageUse[]
    readonly deployments: ImageHistory
    /** What could not be read, and why: the rest is there all the same. */
    readonly unread: readonly { readonly what: 'labels' | 'scan'; readonly message: string }[]
  }

export type ShownPlatform = PlatformImage & { readonly scan?: ScanSummary }

export type MissingImage = {
  readonly repository: string
  readonly processes: readonly string[]
  /** Tags that look alike. */
  readonly nearest: readonly string[]
}

type Wish = {
  readonly app: string
  readonly environment?: string
  readonly processes?: readonly string[]
  /** Or `sha256:…`. */
  readonly dockerTag: string
}

const readsAtOnce = 5

/** All that is known of an image, in every repository of the app or of some of its processes. */
export async function showImage({ dockerTag, ...app }: Wish, ports: Ports): Promise<ImageReport> {
  const { cluster, environment, services, repositories, unclear } = await appRepositories(app, ports)
  const found = await inParallel(repositories, readsAtOnce, async ({ uri, processes }) => {
    const place = { repository: uri, processes }
    const image = await lookUpImage(uri, dockerTag, ports)
    const [stored] = image === undefined ? [] : await ports.imageStore.described(uri, [image.digest])
    if (stored === undefined)
      return { ...place, nearest: await nearestTags(uri, dockerTag, ports.imageStore) }
    // First what ECR knows of it, since it takes the reading that comes now for a pull.
    const [details] = await imageDetails(uri, { images: [stored], digests: [] }, ports.imageStore)
    return { ...place, ...(details ?? stored) }
  })
  const there = found.flatMap(each => ('digest' in each ? each : []))
  const missing = found.flatMap(each => ('nearest' in each ? each : []))
  const about = { app: cluster.name, environment, dockerTag, missing, unclear }
  if (there.length === 0) return { ...about, images: [] }

  const [uses, histories, contents] = await Promise.all([
    imageUses({ app: cluster.name, services }, ports),
    withoutTable(() => deploymentsOfImages(cluster.name, there, ports.records), []),
    inParallel(there, readsAtOnce, image => contentsOf(image, ports.imageStore)),
  ])
  const images = there.map((image, index): ShownImage => {
    const { labels = {}, createdAt, platforms = [], unread = [] } = contents[index] ?? {}
    return {
      ...image,
      labels,
      platforms,
      unread,
      uses: uses.filter(use => isUseOf(use, image)),
      deployments: histories[index] ?? { newest: [], total: 0, isAll: true },
      ...madeAt(labels, createdAt),
    }
  })
  return { ...about, images }
}

type Found = ImageDetails & { readonly repository: string }

/** When it was built: a configuration out of a cache says when its last step first ran. */
function madeAt(
  labels: Readonly<Record<string, string>>,
  createdAt: Instant | undefined,
): Pick<ShownImage, 'createdAt'> {
  const said = Date.parse(labels[imageLabels.created] ?? '')
  const at = Number.isNaN(said) ? createdAt : said
  return at === undefined ? {} : { createdAt: at }
}

type Contents = Pick<ShownImage, 'platforms' | 'unread' | 'createdAt'> & Partial<Pick<ShownImage, 'labels'>>

/** Nobody can read what is archived. */
async function contentsOf(image: Found, store: Ports['imageStore']): Promise<Contents> {
  const { repository, digest, status } = image
  if (status === 'ARCHIVED') return { platforms: image.platforms ?? [], unread: [] }
  const config = await attempt('labels', () => store.config(repository, digest))
  const platforms = image.platforms ?? [onlyPlatform(image, config.answer)]
  const scans = await inParallel(platforms, readsAtOnce, each =>
    attempt('scan', () => store.scan(repository, each.digest)),
  )
  const unreadScan = scans.flatMap(({ unread }) => unread).slice(0, 1)
  const { labels, createdAt } = config.answer ?? {}
  return {
    platforms: platforms.map((platform, index) => {
      const scan = scans[index]?.answer
      return { ...platform, ...(scan !== undefined && { scan }) }
    }),
    unread: [...config.unread, ...unreadScan],
    ...(labels !== undefined && { labels }),
    ...(createdAt !== undefined && { createdAt }),
  }
}

function onlyPlatform({ digest, sizeInBytes }: Found, config: ImageConfig | undefined): PlatformImage {
  return {
    digest,
    ...(config?.platform !== undefined && { platform: config.platform }),
    ...(sizeInBytes !== undefined && { sizeInBytes }),
  }
}

type Attempt<Answer> = { readonly answer?: Answer; readonly unread: ShownImage['unread'] }

/** Who may not read findings, or is kept from where configurations lie, can still see the rest. */
async function attempt<Answer>(
  what: 'labels' | 'scan',
  ask: () => Promise<Answer | undefined>,
): Promise<Attempt<Answer>> {
  try {
    const answer = await ask()
    return { unread: [], ...(answer !== undefined && { answer }) }
  } catch (error) {
    if (error instanceof Trouble) return { unread: [{ what, message: error.message }] }
    throw error
  }
}
