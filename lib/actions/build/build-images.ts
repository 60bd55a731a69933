import { imageName } from '../../build/image-name.ts'
import type { ImageToBuild } from '../../build/images-to-build.ts'
import type { BuildLog } from '../../build/ports.ts'
import type { BuildMeans, BuildRequest } from './build-request.ts'
import { failureOf } from './failure-of.ts'
import { createImageBuilder } from './image-builder.ts'
import type { ImageEnd, ImageNews } from './image-news.ts'
import { type PreparedBuild, prepareBuild } from './prepare-build.ts'

/** One of the images of a build, as it was asked for. */
export type WantedImage = Pick<ImageToBuild, 'processes' | 'repository'>

/** What happens while images are built: facts, in the order they happen. */
export type BuildEvent =
  | {
      readonly is: 'prepared'
      readonly at: number
      readonly prepared: PreparedBuild
      readonly images: readonly WantedImage[]
    }
  | { readonly is: 'news'; readonly image: WantedImage; readonly news: ImageNews }
  | {
      readonly is: 'ended'
      readonly at: number
      readonly image: WantedImage
      readonly end: ImageEnd
      /** Path of the file that has all that the build wrote. */
      readonly log?: string
    }

export type BuiltImage = WantedImage & {
  /** Path of the file that has all that the build wrote; absent where none could be kept. */
  readonly log?: string
  readonly end: ImageEnd
  readonly startedAt: number
  readonly endedAt: number
}

export type BuildImagesEnd = { readonly prepared: PreparedBuild; readonly images: readonly BuiltImage[] }

/** Builds and pushes the images that processes need, several at once; each ends by itself. Refuses before anything is built what cannot work. */
export async function buildImages(
  request: BuildRequest,
  {
    means,
    signal,
    report,
  }: {
    readonly means: BuildMeans
    readonly signal: AbortSignal
    readonly report: (event: BuildEvent) => void
  },
): Promise<BuildImagesEnd> {
  const { clock } = means.ports
  const prepared = await prepareBuild(request, means)
  const builder = createImageBuilder(prepared, { request, means })
  await builder.check()
  const wanted = wantedImages(prepared)
  report({ is: 'prepared', at: clock.now(), prepared, images: wanted })
  const refusals: unknown[] = []
  try {
    const images = await Promise.all(
      wanted.map(async (image): Promise<BuiltImage> => {
        const startedAt = clock.now()
        const log = await means.logs.open({ app: request.app, image: imageName(image) })
        const end = await built(image, log)
        const endedAt = clock.now()
        await log?.end()
        report({ is: 'ended', at: endedAt, image, end, ...(log && { log: log.path }) })
        return { ...image, end, startedAt, endedAt, ...(log && { log: log.path }) }
      }),
    )
    // Without Docker no image can be built at all: that is no failed build.
    if (refusals.length === images.length) throw refusals[0]
    return { prepared, images }
  } finally {
    await builder.end()
  }

  async function built(image: WantedImage, log: BuildLog | undefined): Promise<ImageEnd> {
    try {
      return await builder.build(image.repository, {
        signal,
        tell: news => {
          const line = logLine(news)
          if (line !== undefined) log?.write(line)
          report({ is: 'news', image, news })
        },
      })
    } catch (error) {
      const failure = failureOf(error)
      refusals.push(error)
      return { is: 'failed', step: 'build', failure }
    }
  }
}

function logLine(news: ImageNews): string | undefined {
  const at = `${new Date(news.at).toISOString()} `
  switch (news.is) {
    case 'step':
      return `${at}${news.step}`
    case 'doing':
      return `${at}${news.what}`
    case 'line':
      return `${at}  ${news.message}`
    case 'warned':
      return undefined
  }
}

function wantedImages({ targets }: PreparedBuild): readonly WantedImage[] {
  return [...new Set(targets.map(({ repository }) => repository))].map(repository => ({
    repository,
    processes: targets.filter(each => each.repository === repository).map(({ process }) => process),
  }))
}
