import type { TaskDefinition } from '../../deployment/task-definition.ts'
import { tagKeys } from '../../names/aws.ts'
import { Refusal } from '../../names/refusal.ts'
import type { AppService } from '../services/app-services.ts'
import { appToChange } from '../services/app-to-change.ts'
import { findImages } from '../images/find-images.ts'
import { type Ambiguous, digestOf, imageOfProcess } from '../services/image-of-process.ts'
import { isPlaceholder } from '../services/is-placeholder.ts'
import type { Cluster, Ports, Service } from '../ports.ts'

/** What somebody wants to run once. */
export type RunRequest = {
  readonly app: string
  readonly environment?: string
  readonly process: string
  readonly command: readonly string[]
  /** @default - the image that is deployed */
  readonly dockerTag?: string
  readonly cpu?: number
  readonly memory?: number
}

export type RunWish = {
  readonly app: string
  readonly process: string
  readonly service: Service
  readonly container: string
  readonly dockerTag?: string
  readonly imageDigest?: string
  /** What the task is started from. */
  readonly definition: TaskDefinition
  /** The image that it is to run in place of the definition's own. */
  readonly image?: { readonly repository: string; readonly digest: string; readonly dockerTag: string }
}

/** What a one-off task would be made from: what runs, or the same with another image. Changes nothing. */
export async function runTaskWish(
  { app, environment, process, dockerTag, command }: RunRequest,
  { ecs, images }: Pick<Ports, 'ecs' | 'images'>,
): Promise<RunWish> {
  if (command.length === 0) throw noCommand(process)
  const named = { app, ...(environment !== undefined && { environment }), processes: [process] }
  const { cluster, services } = await appToChange(ecs, named)
  const [own] = services
  if (own === undefined) throw new Error(`the service of ${process} was not read`)
  const { service } = own
  const reference = referenceOf(own, dockerTag)
  const definition = reference === undefined ? undefined : await ecs.taskDefinition(reference)
  if (definition === undefined) throw neverDeployed(process, cluster)
  if (dockerTag === undefined && isPlaceholder(definition, { tags: service.tags, cluster }))
    throw neverDeployed(process, cluster)
  const place = imageOfProcess(service.tags, definition, cluster)
  if ('reason' in place) throw ambiguous(process, place)
  const wish = { app: cluster.name, process, service, container: place.container, definition }
  if (dockerTag !== undefined) {
    const [found] = await findImages([place], dockerTag, images)
    if (found === undefined || !('digest' in found)) throw noImage(dockerTag, place.repository)
    const image = { repository: place.repository, digest: found.digest, dockerTag }
    return { ...wish, dockerTag, imageDigest: found.digest, image }
  }
  const { [tagKeys.dockerTag]: deployed } = definition.tags
  const running = definition.containers.find(({ name }) => name === place.container)?.image ?? ''
  const imageDigest = digestOf(running)
  return {
    ...wish,
    ...(deployed !== undefined && { dockerTag: deployed }),
    ...(imageDigest !== undefined && { imageDigest }),
  }
}

/** While a deployment is on its way, what it replaces is what is live. Another image runs with what the infrastructure says now. */
function referenceOf({ service }: AppService, dockerTag: string | undefined): string | undefined {
  const { [tagKeys.template]: template } = service.tags
  if (dockerTag !== undefined && template !== undefined) return template
  const completed = service.deployments.find(({ rolloutState }) => rolloutState === 'COMPLETED')
  const reference = completed?.taskDefinition ?? service.taskDefinition
  return reference === '' ? undefined : reference
}

function noCommand(process: string): Refusal {
  return new Refusal({
    code: 'no_command',
    exit: 'usage',
    message: 'what is to be run? Nothing stands behind --.',
    advice: `tapit run process=${process} -- node migrate.js`,
  })
}

function neverDeployed(process: string, { name }: Cluster): Refusal {
  return new Refusal({
    code: 'never_deployed',
    message: `${process} of ${name} was never deployed, so there is no image to run a command with.`,
    advice: `Deploy it first (tapit -a ${name} create deploy process=${process} --wait), or say docker_tag=.`,
  })
}

function ambiguous(process: string, { reason, advice }: Ambiguous): Refusal {
  return new Refusal({ code: 'ambiguous_image', message: `${process}: ${reason}`, advice })
}

function noImage(dockerTag: string, repository: string): Refusal {
  return new Refusal({
    code: 'image_not_found',
    message: `there is no image ${dockerTag} in ${repository} that could be run.`,
    advice: 'tapit list images shows those that are there.',
  })
}
