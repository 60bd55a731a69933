import { tagKeys } from '../../names/aws.ts'
import { type AppService, appServices } from '../services/app-services.ts'
import { inParallel } from '../batches.ts'
import { type ProcessImage, imageOfProcess, repositoryUri } from '../services/image-of-process.ts'
import type { Cluster, Ports } from '../ports.ts'

/** An app's repositories, each with the processes whose images it holds. */
export type AppRepositories = {
  readonly cluster: Cluster
  readonly environment: string
  readonly services: readonly AppService[]
  readonly repositories: readonly AppRepository[]
  /** Processes whose repository cannot be told. */
  readonly unclear: readonly UnclearProcess[]
}

export type AppRepository = { readonly uri: string; readonly processes: readonly string[] }

export type UnclearProcess = { readonly process: string; readonly message: string; readonly advice?: string }

type Wish = {
  readonly app: string
  readonly environment?: string
  /** Only the repositories of these processes. @default - all */
  readonly processes?: readonly string[]
}

const readsAtOnce = 5

/** Which repositories the images of an app's processes lie in. */
export async function appRepositories(
  { processes, ...app }: Wish,
  { ecs }: Pick<Ports, 'ecs'>,
): Promise<AppRepositories> {
  const { cluster, environment, services } = await appServices(ecs, app)
  const isKnown = (process: string): boolean => services.some(each => each.process === process)
  // Asked once more for the processes by name, it says which one there is none of.
  if (processes?.every(isKnown) === false) await appServices(ecs, { ...app, processes })
  const found = await inParallel(services, readsAtOnce, each => repositoryOfProcess(each, cluster, ecs))
  const asked = found.filter(({ process }) => processes?.includes(process) ?? true)
  const uris = [...new Set(asked.flatMap(each => ('repository' in each ? each.repository : [])))]
  return {
    cluster,
    environment,
    services,
    repositories: uris.map(uri => ({
      uri,
      // All that share it: whose image it is does not depend on who asks.
      processes: found.flatMap(each => ('repository' in each && each.repository === uri ? each.process : [])),
    })),
    unclear: asked.flatMap(each => ('message' in each ? each : [])),
  }
}

/** Most services say it by a tag, and nothing needs to be read. */
async function repositoryOfProcess(
  { process, service }: AppService,
  cluster: Cluster,
  ecs: Ports['ecs'],
): Promise<UnclearProcess | (Pick<ProcessImage, 'repository'> & { readonly process: string })> {
  const { [tagKeys.repository]: said, [tagKeys.template]: template } = service.tags
  if (said !== undefined) return { process, repository: repositoryUri(said, cluster) }
  const reference = template ?? service.taskDefinition
  const definition = reference === '' ? undefined : await ecs.taskDefinition(reference)
  if (definition === undefined)
    return { process, message: `its task definition ${reference || '(none)'} cannot be read.` }
  const image = imageOfProcess(service.tags, definition, cluster)
  return 'reason' in image
    ? { process, message: image.reason, advice: image.advice }
    : { process, repository: image.repository }
}
