import type { Container, TaskDefinition } from '../../deployment/task-definition.ts'
import { tagKeys } from '../../names/aws.ts'
import type { ProcessKind } from '../../names/vocabulary.ts'
import { type AppService, appServices } from './app-services.ts'
import { inParallel } from '../batches.ts'
import { imageOfProcess, isFromEcr, repositoryOf } from './image-of-process.ts'
import { kindOfService } from './kind-of-service.ts'
import type { Cluster, Ports, Service } from '../ports.ts'

/** What tapit makes of an app's services, and what it cannot tell: for a cluster that something else made. */
export type Survey = {
  readonly app: string
  readonly environment: string
  readonly processes: readonly SurveyedProcess[]
  readonly leftOut: readonly { readonly name: string; readonly why: string }[]
}

export type SurveyedProcess = {
  readonly process: string
  readonly kind: ProcessKind
  readonly service: string
  /** Which container gets the images, and out of which repository they come; absent where that is not clear. */
  readonly container?: string
  readonly repository?: string
  /** Why nothing can be deployed to it as it is. */
  readonly problem?: string
  /** A shell command that sets the problem right, or gives the process its better name. */
  readonly command?: string
}

const readsAtOnce = 5

/** Looks at an app as a deploy would, and changes nothing. */
export async function survey(
  wish: { readonly app: string; readonly environment?: string },
  { ecs }: Pick<Ports, 'ecs'>,
): Promise<Survey> {
  const { cluster, environment, services, leftOut } = await appServices(ecs, wish)
  const processes = await inParallel(services, readsAtOnce, async each => {
    const { tags, taskDefinition } = each.service
    const reference = tags[tagKeys.template] ?? taskDefinition
    const definition = reference === '' ? undefined : await ecs.taskDefinition(reference)
    return surveyed(each, definition, cluster)
  })
  return { app: cluster.name, environment, processes, leftOut }
}

function surveyed(
  { process, service }: AppService,
  definition: TaskDefinition | undefined,
  cluster: Cluster,
): SurveyedProcess {
  const known = {
    process,
    service: service.name,
    kind: kindOfService({ process, service }),
  }
  if (service.controller !== 'ECS') {
    return {
      ...known,
      problem: `its service is deployed by ${service.controller}, not by ECS itself.`,
      command: `aws ecs update-service --cluster ${cluster.name} --service ${service.name} --deployment-controller type=ECS`,
    }
  }
  if (definition === undefined) return { ...known, problem: 'its task definition cannot be read.' }
  const image = imageOfProcess(service.tags, definition, cluster)
  const name = betterName(service)
  if ('reason' in image) {
    const tags = { ...name, ...likely(definition, [process, ...Object.values(name)]) }
    return { ...known, problem: image.reason, command: tagging(service, tags) }
  }
  const { container, repository } = image
  const isNamed = Object.keys(name).length === 0
  return { ...known, container, repository, ...(!isNamed && { command: tagging(service, name) }) }
}

/** Copilot's services have generated names; what people call them stands in a tag. */
function betterName({ tags, name }: Service): Readonly<Record<string, string>> {
  const said = tags['copilot-service']
  const isBetter = said !== undefined && said !== name && /^[\w.-]+$/.test(said)
  return tags[tagKeys.process] === undefined && isBetter ? { [tagKeys.process]: said } : {}
}

/** The container that most likely is the app's own, and its repository, for somebody to look at and to run. */
function likely({ containers }: TaskDefinition, names: readonly string[]): Readonly<Record<string, string>> {
  const own = (each: Container): boolean => names.includes(each.name)
  const found =
    containers.find(own) ??
    containers.find(({ image, essential }) => essential && isFromEcr(image)) ??
    containers.find(({ essential }) => essential)
  if (found === undefined) return {}
  const repository = isFromEcr(found.image) ? repositoryOf(found.image) : 'REPOSITORY'
  return { [tagKeys.container]: found.name, [tagKeys.repository]: repository }
}

function tagging({ arn }: Service, tags: Readonly<Record<string, string>>): string {
  const list = Object.entries(tags).map(([key, value]) => `key=${key},value=${value}`)
  return `aws ecs tag-resource --resource-arn ${arn} --tags ${list.join(' ')}`
}
