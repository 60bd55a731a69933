import type { ecs } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import type { TaskDefinitionRecord, TaskRecord } from '../state.ts'
import { prospects } from './prospects.ts'

export type ContainerHealthOptions = {
  readonly task: TaskRecord
  readonly taskDefinition: TaskDefinitionRecord
  readonly startedAt: number
}

/** When the containers' own health checks find the task HEALTHY or UNHEALTHY; undefined without any. */
export function containerHealthChanges(
  world: World,
  { task, taskDefinition, startedAt }: ContainerHealthOptions,
): TaskRecord['containerHealth'] {
  const { answersFrom } = prospects(world, { task, taskDefinition })
  const changes = (taskDefinition.definition.containerDefinitions ?? []).flatMap(
    ({ name = '', healthCheck }) =>
      healthCheck === undefined
        ? []
        : [change(world, { healthCheck, startedAt, answersFrom: answersFrom[name] })],
  )
  if (changes.length === 0) return undefined
  const failures = changes.flatMap(({ unhealthyAt }) => unhealthyAt ?? [])
  if (failures.length > 0) return { unhealthyAt: Math.min(...failures) }
  return { healthyAt: Math.max(...changes.flatMap(({ healthyAt }) => healthyAt ?? [])) }
}

type ChangeOptions = {
  readonly healthCheck: ecs.HealthCheck
  readonly startedAt: number
  readonly answersFrom?: number
}

function change({ timings }: World, { healthCheck, startedAt, answersFrom = Infinity }: ChangeOptions) {
  const { interval: seconds = 30, retries = 3, startPeriod = 0 } = healthCheck
  const interval = Math.min(seconds * 1000, timings.healthCheckInterval)
  const checks = Math.max(1, Math.ceil((answersFrom - startedAt) / interval))
  // Failures within the start period don't count; it is shortened like the interval.
  const lastChance = Math.ceil(startPeriod / seconds) + retries
  return checks <= lastChance
    ? { healthyAt: startedAt + checks * interval }
    : { unhealthyAt: startedAt + lastChance * interval }
}
