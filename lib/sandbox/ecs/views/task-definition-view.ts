import type { ecs } from '../../wire/handlers.ts'
import { dateOf } from '../dates.ts'
import type { TaskDefinitionRecord } from '../state.ts'

/** A task definition as DescribeTaskDefinition shows it, without its tags. */
export function taskDefinitionView({
  arn,
  family,
  revision,
  status,
  registeredAt,
  deregisteredAt,
  definition,
}: TaskDefinitionRecord): ecs.TaskDefinition {
  return {
    ...definition,
    taskDefinitionArn: arn,
    family,
    revision,
    status,
    registeredAt: dateOf(registeredAt),
    deregisteredAt: dateOf(deregisteredAt),
    registeredBy: arn.replace(/^arn:aws:ecs:[^:]*:(\d*):.*$/, 'arn:aws:sts::$1:assumed-role/sandbox/sandbox'),
  }
}
