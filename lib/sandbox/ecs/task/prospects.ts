import type { Behaviour } from '../../ecr/behaviour.ts'
import type { TargetRecord } from '../../elbv2/state.ts'
import type { ecs } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import type { TaskDefinitionRecord, TaskRecord } from '../state.ts'
import { containerImage } from './container-image.ts'

/** What will become of a task once its containers start, if nobody stops it. */
export type Prospects = {
  /** How much longer than others it takes to start, where nothing but RUNNING tells that it is ready. */
  readonly slowStart: number
  readonly lines: readonly {
    readonly container: ecs.ContainerDefinition
    readonly lines: readonly string[]
  }[]
  /** By container: from when on it answers health checks; absent if it never does. */
  readonly answersFrom: Readonly<Record<string, number>>
  readonly failure: TargetRecord['failure']
  readonly exit?: Exit
}

type Exit = {
  readonly after: number
  readonly container: string
  readonly exitCode: number
  readonly reason?: string
}

type ProspectsOptions = { readonly task: TaskRecord; readonly taskDefinition: TaskDefinitionRecord }

export function prospects(world: World, { task, taskDefinition }: ProspectsOptions): Prospects {
  const containers = (taskDefinition.definition.containerDefinitions ?? []).map(container => {
    const image = containerImage(world, {
      task,
      container: { name: container.name ?? '', image: container.image ?? '' },
    })
    return { container, behaviour: image?.behaviour ?? 'ok', lines: image?.logLines ?? [] }
  })
  const isSlow = containers.some(({ behaviour }) => behaviour === 'slow')
  const isChecked =
    task.targets.length > 0 || containers.some(({ container }) => container.healthCheck !== undefined)
  const startedAt = task.startedAt ?? 0
  const exits = containers.flatMap(({ container, behaviour }) =>
    container.essential === false ? [] : (exitOf(world, { task, container, behaviour }) ?? []),
  )
  return {
    slowStart: isSlow && !isChecked ? slowness(world) : 0,
    lines: containers.map(({ container, behaviour, lines }) => ({
      container,
      lines: lines.length > 0 ? lines : defaultLines(container, behaviour),
    })),
    answersFrom: Object.fromEntries(
      containers
        .filter(({ behaviour }) => behaviour !== 'unhealthy')
        .map(({ container, behaviour }) => [
          container.name ?? '',
          behaviour === 'slow' ? startedAt + slowness(world) : startedAt,
        ]),
    ),
    failure: containers.some(({ behaviour }) => behaviour === 'unhealthy') ? 'code-503' : 'refused',
    exit: exits.toSorted((one, other) => one.after - other.after)[0],
  }
}

/** As long again, twice, as a task takes from its creation to RUNNING: three times in all. */
function slowness({ timings }: World): number {
  return 2 * (timings.provision + timings.pull + timings.start)
}

type ExitOptions = {
  readonly task: TaskRecord
  readonly container: ecs.ContainerDefinition
  readonly behaviour: Behaviour
}

function exitOf(world: World, { task, container: { name = '' }, behaviour }: ExitOptions): Exit | undefined {
  const { schedulerRound, start } = world.timings
  // Before the scheduler's next round: ECS counts it as a task that failed to start, and not as a healthy one.
  const soon = Math.floor(schedulerRound * 0.4)
  const isOneOff = task.serviceArn === undefined
  switch (behaviour) {
    case 'crash':
      return { after: soon, container: name, exitCode: 1 }
    case 'oom':
      return {
        after: soon,
        container: name,
        exitCode: 137,
        reason: 'OutOfMemoryError: Container killed due to memory usage',
      }
    case 'late-crash':
      return { after: schedulerRound * 12, container: name, exitCode: 1 }
    case 'flaky':
      if (task.isFirst) return { after: soon, container: name, exitCode: 1 }
      return isOneOff ? { after: 4 * start, container: name, exitCode: 0 } : undefined
    case 'slow':
      return isOneOff ? { after: 12 * start, container: name, exitCode: 0 } : undefined
    case 'ok':
    case 'unhealthy':
    case 'errors':
    case 'slow-requests':
      return isOneOff ? { after: 4 * start, container: name, exitCode: 0 } : undefined
    case 'pull-error':
    case 'missing-secret':
    case 'wrong-arch':
      return undefined
  }
}

function defaultLines(
  { portMappings = [] }: ecs.ContainerDefinition,
  behaviour: Behaviour,
): readonly string[] {
  if (behaviour === 'crash' || behaviour === 'flaky')
    return ['Error: this image crashes (its sandbox behaviour)']
  const [port] = portMappings.flatMap(({ containerPort }) => containerPort ?? [])
  return [port === undefined ? 'started' : `listening on port ${port}`]
}
