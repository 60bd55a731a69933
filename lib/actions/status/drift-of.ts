import { tagKeys } from '../../names/aws.ts'
import type { Config } from '../../deployment/deployment.ts'
import type { TaskDefinition } from '../../deployment/task-definition.ts'
import type { Pointer } from '../../records/pointer.ts'
import { digestOf } from '../services/image-of-process.ts'
import type { Service } from '../ports.ts'
import type { Drift } from './process-status.ts'

export type DriftOfOptions = {
  readonly pointer: Pointer | undefined
  /** What runs; absent where nothing of it needed to be read. */
  readonly definition: TaskDefinition | undefined
  /** The newest revision of the template, `shop-web-template:7`; absent where there is none to compare. */
  readonly template: string | undefined
  /** What ECS says that it runs, images with their digests; absent where it does not say. */
  readonly images: readonly string[] | undefined
}

/** A revision or an image that tapit did not deploy, or an infrastructure that is newer than what runs. */
export function driftOf(service: Service, options: DriftOfOptions): Drift | undefined {
  const { pointer, definition, images } = options
  if (pointer === undefined) return undefined
  const runs = digestsOf(images ?? definition?.containers.map(({ image }) => image) ?? [])
  const isSameImage = runs.length === 0 ? undefined : runs.includes(pointer.imageDigest)
  if (pointer.taskDefinition !== service.taskDefinition) {
    const registeredBy = definition?.definition['registeredBy']
    return {
      is: 'changed_outside',
      taskDefinition: service.taskDefinition,
      ...(typeof registeredBy === 'string' && { registeredBy }),
      ...(isSameImage !== undefined && { isSameImage }),
    }
  }
  if (isSameImage === false) return { is: 'image_differs', recorded: pointer.imageDigest, runs }
  return waitingConfig(service, options)
}

/** What of the infrastructure the running revision has; older pointers do not say, the revision's tags do. */
function configOf({
  pointer,
  definition,
}: Pick<DriftOfOptions, 'pointer' | 'definition'>): Config | undefined {
  if (pointer?.config !== undefined) return pointer.config
  const { [tagKeys.template]: template, [tagKeys.count]: count } = definition?.tags ?? {}
  return template === undefined
    ? undefined
    : { template, ...(count !== undefined && { count: Number(count) }) }
}

/** A change of the template, or of the count, goes live with the next deploy. */
function waitingConfig({ tags }: Service, options: DriftOfOptions): Drift | undefined {
  const { [tagKeys.template]: family, [tagKeys.count]: said } = tags
  const { template: newest } = options
  const config = configOf(options)
  const count = said === undefined ? undefined : Number(said)
  const isNewer =
    family !== undefined && config !== undefined && newest !== undefined && newest !== config.template
  const isCountNew = count !== undefined && count !== config?.count
  if (!isNewer && !isCountNew) return undefined
  return {
    is: 'config_waiting',
    ...(isNewer && { template: newest }),
    ...(isCountNew && { count }),
  }
}

function digestsOf(images: readonly string[]): readonly string[] {
  return images.flatMap(image => digestOf(image) ?? [])
}
