import { imageStatus } from '../../ecr/image-status.ts'
import { parameterExists } from '../../ssm/parameter-exists.ts'
import type { ecs } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import type { TaskDefinitionRecord, TaskRecord } from '../state.ts'
import { containerImage } from './container-image.ts'
import { lacksLogGroup } from './container-log.ts'

export type StartFailureOptions = {
  readonly task: TaskRecord
  readonly taskDefinition: TaskDefinitionRecord
  readonly at: number
}

/** Why a task cannot be prepared: its secrets and its log group come before its images. */
export function initializationFailure(
  world: World,
  { task, taskDefinition, at }: StartFailureOptions,
): string | undefined {
  const containers = taskDefinition.definition.containerDefinitions ?? []
  const secrets = containers.flatMap(container => missingSecrets(world, { task, container }))
  if (secrets.length > 0) {
    return (
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ' +
      'unable to retrieve secrets from ssm: service call has been retried 1 time(s): ' +
      `invalid ssm parameters: ${secrets.join(', ')}`
    )
  }
  if (containers.some(container => lacksLogGroup(world, { container, at }))) {
    return (
      'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: ' +
      'failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. ' +
      ': exit status 1'
    )
  }
  return undefined
}

/** Why a container's image cannot be pulled. */
export function pullFailure(
  world: World,
  {
    task,
    taskDefinition,
    container,
    at,
  }: StartFailureOptions & { container: TaskRecord['containers'][number] },
): string | undefined {
  const { image: reference } = container
  const image = containerImage(world, { task, container })
  const isArchived = image?.images[0] !== undefined && imageStatus(image.images[0], at) !== 'ACTIVE'
  if (image === undefined || isArchived) {
    return (
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): ' +
      `failed to resolve ref ${reference}: ${reference}: not found`
    )
  }
  const platform = platformOf(taskDefinition.definition)
  const isForAnother = image.platforms.length > 0 && !image.platforms.includes(platform)
  if (image.behaviour === 'wrong-arch' || isForAnother) {
    return (
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): ' +
      `image Manifest does not contain descriptor matching platform '${platform}'`
    )
  }
  if (image.behaviour === 'pull-error') {
    const [registry = '', repository = ''] = reference.split(/\/(.*)/s)
    const [name = '', version = 'latest'] = repository.split(/[@:](.*)/s)
    return (
      `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${reference}: ` +
      `failed to do request: Head "https://${registry}/v2/${name}/manifests/${version}": ` +
      'dial tcp 10.0.0.2:443: i/o timeout'
    )
  }
  return undefined
}

/** Secrets Manager is not part of the sandbox: what a task takes from there is taken to exist. */
function missingSecrets(
  world: World,
  { task, container }: { readonly task: TaskRecord; readonly container: ecs.ContainerDefinition },
): readonly string[] {
  const parameters = (container.secrets ?? [])
    .flatMap(({ valueFrom }) => valueFrom ?? [])
    .filter(valueFrom => !valueFrom.startsWith('arn:aws:secretsmanager:'))
  const { name = '', image = '' } = container
  const isMissing =
    containerImage(world, { task, container: { name, image } })?.behaviour === 'missing-secret'
  const missing = isMissing
    ? [parameters[0] ?? '/sandbox/missing-secret']
    : parameters.filter(valueFrom => !parameterExists(world.state.ssm, valueFrom))
  return missing.map(valueFrom => valueFrom.replace(/^arn:aws:ssm:[^:]*:\d*:parameter/, ''))
}

function platformOf({ runtimePlatform }: ecs.TaskDefinition): string {
  return runtimePlatform?.cpuArchitecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64'
}
