import type { StoppedTask } from '../../deployment/observation.ts'
import { type TaskDefinition, logOf } from '../../deployment/task-definition.ts'
import type { Task } from '../ports.ts'

/** A stopped task as evidence. Which of its containers are essential, and where they log, is in its task definition. */
export function stoppedTask(
  { id, stopCode, stoppedReason, startedAt, stoppedAt, containers }: Task,
  definition: TaskDefinition | undefined,
): StoppedTask {
  return {
    id,
    ...(stopCode !== undefined && { stopCode }),
    ...(stoppedReason !== undefined && { stoppedReason }),
    ...(startedAt !== undefined && { startedAt }),
    ...(stoppedAt !== undefined && { stoppedAt }),
    containers: containers.map(({ name, exitCode, reason }) => {
      const defined = definition?.containers.find(container => container.name === name)
      const log = defined && logOf(defined, id)
      return {
        name,
        essential: defined?.essential ?? true,
        ...(exitCode !== undefined && { exitCode }),
        ...(reason !== undefined && { reason }),
        ...(log && { log }),
      }
    }),
  }
}
