import type { LogPointer } from '../../deployment/failure.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Task } from '../ports.ts'

/** A one-off task that was started, and of which nobody can say any more how it stands. */
export class LostTask extends Refusal {
  readonly taskId: string
  readonly log?: LogPointer

  constructor(
    { id }: Pick<Task, 'id'>,
    { why, log, cause }: { why: string; log?: LogPointer; cause?: unknown },
  ) {
    super({
      code: 'task_unknown',
      exit: 'in_progress',
      message: `the task ${id} was started, and how it stands cannot be known any more: ${why}`,
      ...(log && { advice: `Its log: aws logs tail ${log.group} --log-stream-names ${log.stream}` }),
      cause,
    })
    this.name = 'LostTask'
    this.taskId = id
    if (log !== undefined) this.log = log
  }
}
