import type { TaskEnd } from '../../../actions/tasks/run-task.ts'
import type { RunFailure } from '../../../actions/tasks/run-task-failure.ts'
import type { RunWish } from '../../../actions/tasks/run-task-wish.ts'
import { type Document, schemaVersion } from './document.ts'
import { iso } from './iso.ts'
import { present } from './present.ts'

/** What `run` answers under `-o json`, when the task has ended, or was started with `--detach`. */
export function runDocument(
  { app, process, container, dockerTag, imageDigest }: RunWish,
  { task, log, exitCode, stopped }: TaskEnd,
  { code, reason }: RunFailure,
): Document {
  const { startedAt, stoppedAt } = task
  const status =
    stoppedAt === undefined
      ? 'running'
      : stopped !== undefined
        ? 'stopped'
        : startedAt === undefined
          ? 'never_started'
          : 'exited'
  const isWell = exitCode === 0 || (code === undefined && reason === undefined)
  return present({
    schemaVersion,
    app,
    process,
    status,
    exitCode,
    dockerTag,
    imageDigest,
    task: {
      id: task.id,
      arn: task.arn,
      container,
      taskDefinition: task.taskDefinition,
    },
    log,
    failure: isWell ? undefined : present({ code, message: reason }),
    startedAt: startedAt === undefined ? undefined : iso(startedAt),
    finishedAt: stoppedAt === undefined ? undefined : iso(stoppedAt),
    durationMs: startedAt === undefined || stoppedAt === undefined ? undefined : stoppedAt - startedAt,
  })
}
