import type { Behaviour } from '../../ecr/behaviour.ts'
import { findImage, type FoundImage } from '../../ecr/find-image.ts'
import type { ImageState } from '../../ecr/state.ts'
import type { World } from '../../world.ts'
import type { ContainerRecord, TaskRecord } from '../state.ts'

export type ContainerImage = {
  readonly digest?: string
  readonly platforms: readonly string[]
  readonly behaviour: Behaviour
  readonly logLines: readonly string[]
  /** What a command comes to that is run with it once. */
  readonly once: FoundImage['once']
  /** ECR's: itself, and what it is an index of. Empty for one of another registry. */
  readonly images: readonly ImageState[]
}

export type ContainerImageOptions = {
  readonly task: Pick<TaskRecord, 'group'>
  readonly container: Pick<ContainerRecord, 'name' | 'image'>
}

/**
 * The image that a container runs; undefined when ECR does not have it. Images of other registries are not looked up:
 * they start and stay, as a public sidecar does.
 */
export function containerImage(
  { account, region, state }: World,
  { task, container }: ContainerImageOptions,
): ContainerImage | undefined {
  const found = findImage(state.ecr, { account, region, reference: container.image })
  if (found !== undefined) {
    const { digest, platforms, images, once } = found
    const names = [task.group.replace(/^\w+:/, ''), container.name]
    return {
      digest,
      platforms,
      behaviour: behaviourOf(found, names),
      logLines: linesOf(found, names),
      once,
      images,
    }
  }
  if (/^\d{12}\.dkr\.ecr\./.test(container.image)) return undefined
  return { platforms: [], behaviour: 'ok', logLines: [], once: {}, images: [] }
}

/** What an image says of the service, else of the container, else in general. */
function behaviourOf(image: FoundImage, names: readonly string[]): Behaviour {
  const general = image.behaviour('')
  return names.map(name => image.behaviour(name)).find(behaviour => behaviour !== general) ?? general
}

function linesOf(image: FoundImage, names: readonly string[]): readonly string[] {
  const general = image.logLines('')
  const isOwn = (lines: readonly string[]) => lines.join('\n') !== general.join('\n')
  return names.map(name => image.logLines(name)).find(isOwn) ?? general
}
