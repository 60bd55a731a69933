import type { StopCause, TaskEnd, TaskNews } from '../../actions/tasks/run-task.ts'
import type { RunFailure } from '../../actions/tasks/run-task-failure.ts'
import type { RunWish } from '../../actions/tasks/run-task-wish.ts'
import { revisionName } from '../../deployment/task-definition.ts'
import { sentence } from './sentence.ts'
import { took } from './took.ts'

/** What happens to a one-off task, while it does; nothing where that is no news for people. */
export function runNewsText(
  news: TaskNews,
  { process, definition, dockerTag, image }: RunWish,
): string | undefined {
  switch (news.is) {
    case 'asked': {
      const version = dockerTag === undefined ? '' : ` with ${dockerTag}`
      const revision = image === undefined ? ` (${revisionName(definition.arn)})` : ''
      const log = news.log === undefined ? ' It logs elsewhere: its output is not shown here.' : ''
      return `${process}: running it${version}${revision} in the task ${news.task.id}.${log}`
    }
    case 'started':
    case 'line':
      return undefined
    case 'unread':
      return sentence(`${process}: it runs, and its log cannot be read: ${news.reason}`)
    case 'stopping':
      return `${process}: ${whyStopped[news.why]} Stopping the task; once more leaves it to itself.`
  }
}

const whyStopped: Readonly<Record<StopCause, string>> = {
  interrupted: 'interrupted.',
  too_long: 'its time is over.',
  not_wanted: 'nobody waits for it.',
}

/** How it ended; nothing where it ended well: then its own output is all that there is to say. */
export function runEndText(
  { task, exitCode, stopped }: TaskEnd,
  { container, process }: RunWish,
  { reason }: RunFailure,
): string | undefined {
  const { startedAt, stoppedAt } = task
  const after =
    startedAt === undefined || stoppedAt === undefined ? '' : ` after ${took(stoppedAt - startedAt)}`
  if (stopped !== undefined) return `${process}: the task was stopped${after}.`
  if (startedAt === undefined)
    return sentence(`${process}: the task never started${reason === undefined ? '' : `: ${reason}`}`)
  if (exitCode === undefined)
    return sentence(
      `${process}: the task ended without an exit code${reason === undefined ? '' : `: ${reason}`}`,
    )
  if (exitCode === 0) return undefined
  const why = reason === undefined || reason.startsWith('Essential container') ? '' : ` (${reason})`
  return `${process}: "${container}" exited with code ${exitCode}${after}${why}.`
}
