import { ensureLogGroup, logGroupExists, writeLog } from '../../logs/write-log.ts'
import type { ecs } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import type { TaskRecord } from '../state.ts'

export type ContainerLogOptions = {
  readonly task: TaskRecord
  readonly container: ecs.ContainerDefinition
  readonly at: number
  readonly lines: readonly string[]
}

/** Writes lines to `PREFIX/CONTAINER/TASK-ID`, if the container logs with awslogs. */
export function logLines(world: World, { task, container, at, lines }: ContainerLogOptions): void {
  const options = awslogs(container)
  if (options === undefined) return
  const stream = `${options.prefix}/${container.name}/${task.id}`
  for (const message of lines) writeLog(world.state.logs, { group: options.group, stream, at, message })
}

/** Whether the task could not start for want of its log group; awslogs-create-group makes it. */
export function lacksLogGroup(
  world: World,
  { container, at }: Pick<ContainerLogOptions, 'container' | 'at'>,
): boolean {
  const options = awslogs(container)
  if (options === undefined) return false
  if (options.create) ensureLogGroup(world.state.logs, { name: options.group, at })
  return !logGroupExists(world.state.logs, options.group)
}

function awslogs({ logConfiguration }: ecs.ContainerDefinition) {
  const options = logConfiguration?.options ?? {}
  const group = options['awslogs-group']
  if (logConfiguration?.logDriver !== 'awslogs' || group === undefined) return undefined
  return {
    group,
    prefix: options['awslogs-stream-prefix'] ?? '',
    create: options['awslogs-create-group'] === 'true',
  }
}
