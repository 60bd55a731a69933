import type { FailureCode } from '../../names/vocabulary.ts'
import { causes } from '../../deployment/failures/causes.ts'
import type { Evidence } from '../../deployment/failure.ts'
import type { TaskDefinition } from '../../deployment/task-definition.ts'
import type { TaskEnd } from './run-task.ts'
import { stoppedTask } from './stopped-task.ts'

export type RunFailure = {
  /** Where a stopped task shows one of them. */
  readonly code?: FailureCode
  /** AWS's own words. */
  readonly reason?: string
}

/** Why a one-off task never came to run its command, or did not end by itself. */
export function runTaskFailure({ task }: TaskEnd, definition: TaskDefinition): RunFailure {
  const [cause] = causes([stoppedTask(task, definition)])
  const ofContainer = task.containers.find(({ reason }) => reason !== undefined)?.reason
  const reason = ofContainer ?? task.stoppedReason
  return { ...(cause && { code: cause.code }), ...(reason !== undefined && { reason }) }
}

/** The task as evidence of a failure. */
export function runTaskEvidence({ task, log, exitCode }: TaskEnd, container: string): Evidence {
  const { id: taskId, stopCode, stoppedReason, startedAt, stoppedAt } = task
  const ofContainer = task.containers.find(({ name }) => name === container)?.reason
  const words = ofContainer ?? stoppedReason
  return {
    taskId,
    container,
    ...(exitCode !== undefined && { exitCode }),
    ...(stopCode !== undefined && { stopCode }),
    ...(words !== undefined && { stoppedReason: words }),
    ...(startedAt !== undefined && stoppedAt !== undefined && { ranFor: stoppedAt - startedAt }),
    ...(log && startedAt !== undefined && { log }),
  }
}
