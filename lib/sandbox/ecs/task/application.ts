import type { Behaviour } from '../../ecr/behaviour.ts'
import { findImage } from '../../ecr/find-image.ts'
import type { World } from '../../world.ts'
import type { ContainerRecord, TaskDefinitionRecord, TaskRecord } from '../state.ts'
import { containerImage } from './container-image.ts'

/** A container that listens where a target group sends its requests. */
export type Application = {
  readonly task: TaskRecord
  readonly container: ContainerRecord
  readonly taskDefinition: TaskDefinitionRecord
  readonly behaviour: Behaviour
  /** The name of its image for people: the revision's label, else a tag of the image. */
  readonly dockerTag?: string
}

export type ApplicationOptions = {
  readonly targetGroupArn: string
  readonly ip: string
  readonly port: number
}

/** What listens at an address; undefined where nothing does (any more). */
export function applicationAt(
  world: World,
  { targetGroupArn, ip, port }: ApplicationOptions,
): Application | undefined {
  for (const task of Object.values(world.state.ecs.tasks)) {
    if (task.network.ip !== ip || !isListening(task)) continue
    const target = task.targets.find(it => it.targetGroupArn === targetGroupArn && it.port === port)
    const container = task.containers.find(({ name }) => name === target?.containerName)
    const taskDefinition = world.state.ecs.taskDefinitions[task.taskDefinition]
    if (container === undefined || taskDefinition === undefined) continue
    const { behaviour = 'ok' } = containerImage(world, { task, container }) ?? {}
    return {
      task,
      container,
      taskDefinition,
      behaviour,
      dockerTag: labelOf(taskDefinition) ?? tagOf(world, container),
    }
  }
  return undefined
}

/** From its start to its end; while its targets drain, too. */
export function isListening({ startedAt, executionStoppedAt }: TaskRecord): boolean {
  return startedAt !== undefined && executionStoppedAt === undefined
}

function labelOf({ tags }: TaskDefinitionRecord): string | undefined {
  return tags.find(({ key }) => key === 'tapit:docker-tag')?.value
}

/** `latest` only where it has no other: it says nothing about which one it is. */
function tagOf({ account, region, state }: World, { image }: ContainerRecord): string | undefined {
  const found = findImage(state.ecr, { account, region, reference: image })
  const tags = found?.images[0]?.tags ?? []
  return tags.find(tag => tag !== 'latest') ?? tags[0]
}
