import { join } from 'node:path'
import { type ImageToBuild, imagesToBuild } from '../../build/images-to-build.ts'
import type { BuildEnd, ImageBuild } from '../../build/ports.ts'
import type { AppConfig } from '../../config/app-config.ts'
import { defaultBuildTimeout } from '../../config/default-build-timeout.ts'
import { buildCacheTag } from '../../names/aws.ts'
import { Refusal } from '../../names/refusal.ts'
import { repositoryPath } from '../../names/repository-path.ts'
import type { BuildMeans, BuildRequest } from './build-request.ts'
import { type OpenSource, openSource } from './open-source.ts'
import { type FoundDockerfile, findDockerfile, usualDockerfile } from './find-dockerfile.ts'
import type { ImageEnd, ImageNews } from './image-news.ts'
import { isLarge } from '../../build/large-context.ts'
import { places } from './places.ts'
import type { PreparedBuild } from './prepare-build.ts'
import { secretsOf } from './secrets-of.ts'
import { contextsOf } from './contexts-of.ts'
import { type SharedWork, sharedWork } from './shared-work.ts'

export type ImageBuilder = {
  /** Refuses what can be seen to fail before anything is built or fetched. */
  check(): Promise<void>
  /** Builds and pushes the image of a repository: once, for all who ask for it. */
  build(
    repository: string,
    options: { readonly signal: AbortSignal; readonly tell: (news: ImageNews) => void },
  ): Promise<ImageEnd>
  /** Removes what was fetched. Call it when nobody builds any more. */
  end(): Promise<void>
}

type Telling = { readonly signal: AbortSignal; readonly tell: (news: ImageNews) => void }

/** Builds the images of an app, several at once, each by itself: one that fails does not stop the others. */
export function createImageBuilder(
  prepared: PreparedBuild,
  { request, means }: { readonly request: BuildRequest; readonly means: BuildMeans },
): ImageBuilder {
  const { ports, docker, files } = means
  const { clock } = ports
  const inPlace = places(means.atOnce)
  const source = sharedWork<ImageNews, OpenSource>(options => openSource(prepared, { ...options, means }))
  const works = new Map<string, SharedWork<ImageNews, ImageEnd>>()
  let opened: OpenSource | undefined

  async function work(repository: string, { signal, tell }: Telling): Promise<ImageEnd> {
    const existing = prepared.taken.get(repository)
    if (existing !== undefined && prepared.namesCommit) return { is: 'exists', digest: existing }
    const found = await source.join({ signal, tell })
    if (found.is !== 'open') return found
    opened = found
    return inPlace(async () => (signal.aborted ? stopped : buildIn(found, repository, { signal, tell })))
  }

  async function buildIn(
    { root, config }: OpenSource & { is: 'open' },
    repository: string,
    { signal, tell }: Telling,
  ): Promise<ImageEnd> {
    tell({ is: 'step', at: clock.now(), step: 'analyze' })
    const image = imagesIn(config).find(each => each.repository === repository)
    if (image === undefined) throw new Error(`nothing is built for ${repository}`)
    const found = await findDockerfile(image, { root, files })
    if (found.is === 'failed') return { is: 'failed', step: 'analyze', failure: found.failure }
    const dockerfile = await placed(found, tell)
    try {
      if (signal.aborted) return stopped
      tell({ is: 'step', at: clock.now(), step: 'build' })
      await warnOfCrossBuild(image, tell)
      const { cpus, memory, timeoutMs = defaultBuildTimeout } = config?.build ?? {}
      const { args, target } = image.settings
      return await push(
        repository,
        {
          context: found.context,
          dockerfile: dockerfile.path,
          platforms: image.platforms,
          labels: prepared.labels,
          args,
          timeoutMs,
          secrets: secretsOf(image, { root: means.root }),
          contexts: await contextsOf(image, { root, files, isClone: prepared.remote !== undefined }),
          ...(target !== undefined && { target }),
          ...(cpus !== undefined && { cpus }),
          ...(memory !== undefined && { memory }),
        },
        { signal, tell },
      )
    } finally {
      await dockerfile.remove()
    }
  }

  function imagesIn(config: AppConfig | undefined): readonly ImageToBuild[] {
    const { dockerfile } = request
    return imagesToBuild(prepared.targets, {
      ...(config !== undefined && { config }),
      ...(dockerfile !== undefined && { dockerfile }),
    })
  }

  /** One that was made stands in a folder of its own, with its .dockerignore: BuildKit takes the one that is called after the Dockerfile. */
  async function placed(
    found: Exclude<FoundDockerfile, { is: 'failed' }>,
    tell: Telling['tell'],
  ): Promise<{ readonly path: string; remove(): Promise<void> }> {
    const say = (message: string): void => tell({ is: 'line', at: clock.now(), step: 'analyze', message })
    if (found.is === 'own') {
      say(`${found.name} is its own.`)
      return { path: found.path, remove: async () => {} }
    }
    const { app } = found
    for (const line of [
      ...app.reasons,
      ...app.dockerfile
        .trimEnd()
        .split('\n')
        .map(each => `  ${each}`),
    ])
      say(line)
    tell({ is: 'warned', at: clock.now(), warning: { is: 'generated_dockerfile', app } })
    const { path, remove } = await files.scratch({
      [usualDockerfile]: app.dockerfile,
      ...(app.dockerignore !== undefined && { [`${usualDockerfile}.dockerignore`]: app.dockerignore }),
    })
    return { path: join(path, usualDockerfile), remove }
  }

  /** What Docker remembers of the registry may have run out, or be somebody else's: then it logs in again, and the build goes on from its cache. */
  async function push(
    repository: string,
    wanted: Omit<ImageBuild, 'reference' | 'cache'>,
    { signal, tell }: Telling,
  ): Promise<ImageEnd> {
    const first = await attempt()
    if (!isTurnedAway(first) || !(await means.registries.forget(repository))) return ended(first)
    return ended(await attempt())

    async function attempt(): Promise<BuildEnd> {
      const place = `${await means.registries.hostOf(repository)}/${repositoryPath(repository)}`
      const measured = new AbortController()
      const measuring = warnOfSize(wanted, { signal: measured.signal, tell })
      try {
        return await docker.build(
          {
            ...wanted,
            reference: `${place}:${prepared.dockerTag}`,
            ...(request.cache === 'ecr' && {
              cache: { kind: 'ecr', reference: `${place}:${buildCacheTag}` },
            }),
            ...(request.cache === 'gha' && { cache: { kind: 'gha', scope: repositoryPath(repository) } }),
          },
          {
            signal,
            tell: news =>
              tell(
                news.is === 'line'
                  ? { ...news, step: 'build' }
                  : { is: 'doing', at: news.at, what: news.step },
              ),
          },
        )
      } finally {
        measured.abort()
        await measuring
      }
    }
  }

  async function warnOfSize(
    { context, dockerfile }: Pick<ImageBuild, 'context' | 'dockerfile'>,
    { signal, tell }: Telling,
  ): Promise<void> {
    const size = await means.meter.measure({ context, dockerfile, signal })
    if (isLarge(size)) tell({ is: 'warned', at: clock.now(), warning: { is: 'large_context', size } })
  }

  /** Only where this machine is another one: asking Docker takes time. */
  async function warnOfCrossBuild({ platforms }: ImageToBuild, tell: Telling['tell']): Promise<void> {
    if (platforms.every(platform => platform === means.hostPlatform)) return
    const runnable = await docker.platforms()
    const foreign = platforms.filter(platform => !runnable.includes(platform))
    if (foreign.length > 0)
      tell({ is: 'warned', at: clock.now(), warning: { is: 'cross_build', platforms: foreign, runnable } })
  }

  return {
    check: async () => {
      if (request.cache === 'gha' && !means.isOnActions) throw notOnActions()
      if (prepared.remote === undefined) await checkFiles(imagesIn(means.config), means)
      const [first] = prepared.taken
      if (first !== undefined && !prepared.namesCommit) throw tagTaken(first[0], prepared)
    },
    build: (repository, options) => {
      const known = works.get(repository) ?? sharedWork<ImageNews, ImageEnd>(each => work(repository, each))
      works.set(repository, known)
      return known.join(options)
    },
    end: async () => {
      if (opened?.is === 'open') await opened.close()
    },
  }
}

/** ECR answers a login that has run out with 403, too. */
function isTurnedAway(end: BuildEnd): boolean {
  if (end.is !== 'failed') return false
  const { code } = end.failure
  return code === 'registry_unauthorized' || code === 'registry_denied'
}

const stopped: ImageEnd = { is: 'stopped' }

function ended(end: BuildEnd): ImageEnd {
  return end.is === 'failed' ? { is: 'failed', step: 'build', failure: end.failure } : end
}

async function checkFiles(images: readonly ImageToBuild[], { root, files }: BuildMeans): Promise<void> {
  for (const image of images) {
    const found = await findDockerfile(image, { root, files })
    if (found.is !== 'failed') continue
    const { code, message, advice, lines } = found.failure
    throw new Refusal({
      code,
      exit: found.isBadInput ? 'usage' : 'refused',
      message: [message, ...lines].join('\n'),
      ...(advice !== undefined && { advice }),
    })
  }
}

function tagTaken(repository: string, { dockerTag }: PreparedBuild): Refusal {
  return new Refusal({
    code: 'tag_immutable',
    message: `${repositoryPath(repository)} has an image ${dockerTag} already, and its tags do not move.`,
    advice: `Give the new image a name of its own: docker_tag=…; or deploy the one that is there: tapit create deploy docker_tag=${dockerTag}`,
  })
}

function notOnActions(): Refusal {
  return new Refusal({
    code: 'no_actions_cache',
    exit: 'usage',
    message:
      'cache=gha is the cache of GitHub Actions, and this is no step of one: ACTIONS_RUNTIME_TOKEN and ACTIONS_RESULTS_URL are not set.',
    advice:
      'Elsewhere: cache=ecr. In a workflow, a step must hand them on: uses crazy-max/ghaction-github-runtime.',
  })
}
