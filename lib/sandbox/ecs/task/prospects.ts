import type { Behaviour } from '../../ecr/behaviour.ts'
import type { TargetRecord } from '../../elbv2/state.ts'
import type { ecs } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import type { TaskDefinitionRecord, TaskRecord } from '../state.ts'
import { containerImage } from './container-image.ts'
import { type OneOff, oneOff } from './one-off.ts'

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
    const behaviour = image?.behaviour ?? 'ok'
    const once = onceOf(world, { task, container, behaviour, image })
    const own = once === undefined || once.lines.length === 0 ? (image?.logLines ?? []) : once.lines
    return {
      container,
      behaviour,
      once,
      lines: once?.isQuiet === true ? [] : linesOf(own, container, behaviour),
    }
  })
  const isSlow = containers.some(({ behaviour }) => behaviour === 'slow')
  const isChecked =
    task.targets.length > 0 || containers.some(({ container }) => container.healthCheck !== undefined)
  const startedAt = task.startedAt ?? 0
  const exits = containers.flatMap(({ container, behaviour, once }) =>
    container.essential === false ? [] : (exitOf(world, { task, container, behaviour, once }) ?? []),
  )
  return {
    slowStart: isSlow && !isChecked ? slowness(world) : 0,
    lines: containers.map(({ container, lines }) => ({ container, lines })),
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
  /** Of a task by itself. */
  readonly once?: OneOff
}

/** What the command of a task by itself comes to; a sidecar beside it goes on until it is over. */
function onceOf(
  { timings: { start } }: World,
  {
    task,
    container: { name },
    behaviour,
    image,
  }: Omit<ExitOptions, 'once'> & { readonly image: ReturnType<typeof containerImage> },
): OneOff | undefined {
  if (task.serviceArn !== undefined) return undefined
  const overrides = task.overrides?.containerOverrides ?? []
  const own = overrides.find(override => override.name === name)
  // Only one of several containers is told what to run: the others stay for as long as it does.
  if (own?.command === undefined && overrides.some(({ command }) => command !== undefined)) return undefined
  // Whatever it is told to run.
  if (behaviour === 'crash' || behaviour === 'oom' || behaviour === 'late-crash') return undefined
  return oneOff(own?.command ?? [], {
    after: (behaviour === 'slow' ? 12 : 4) * start,
    exitCode: image?.once.exitCode ?? 0,
    lines: image?.once.logLines ?? [],
  })
}

function exitOf(
  world: World,
  { task, container: { name = '' }, behaviour, once }: ExitOptions,
): Exit | undefined {
  const { schedulerRound } = world.timings
  // Before the scheduler's next round: ECS counts it as a task that failed to start, and not as a healthy one.
  const soon = Math.floor(schedulerRound * 0.4)
  const ends = once && { after: once.after, container: name, exitCode: once.exitCode }
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
      return task.isFirst ? { after: soon, container: name, exitCode: 1 } : ends
    case 'slow':
    case 'ok':
    case 'unhealthy':
    case 'errors':
    case 'slow-requests':
      return ends
    case 'pull-error':
    case 'missing-secret':
    case 'wrong-arch':
      return undefined
  }
}

/** Where nobody said what it logs, its behaviour does. */
function linesOf(
  said: readonly string[],
  { portMappings = [] }: ecs.ContainerDefinition,
  behaviour: Behaviour,
): readonly string[] {
  if (said.length > 0) return said
  if (behaviour === 'crash' || behaviour === 'flaky')
    return ['Error: this image crashes (its sandbox behaviour)']
  const [port] = portMappings.flatMap(({ containerPort }) => containerPort ?? [])
  return [port === undefined ? 'started' : `listening on port ${port}`]
}
