import { pauseMomentAt } from '../../names/pause-stage.ts'
import type { PauseMoment } from '../../names/vocabulary.ts'
import type { Failure } from '../failure.ts'
import { type FailureKind, retryCommand } from './kind.ts'

export const hookFailed: FailureKind = {
  code: 'hook_failed',
  sentence: ({ awsReason, pause }) =>
    pause === undefined
      ? `a lifecycle hook said no, or did not answer in time${awsReason ? `: ${awsReason}` : '.'}`
      : `nobody let it go on${beforeWhat(pause)}${withinWhat(pause)}.`,
  advice: ({ pause }, deployment) =>
    pause === undefined
      ? "Look at the hook's own log (a Lambda's log group), or at who should have continued it."
      : `Deploy it again, and let it go on while it waits (tapit continue deploy): ${retryCommand(deployment, deployment.dockerTag)}`,
}

type Unanswered = NonNullable<Failure['pause']>

function beforeWhat({ stage = '' }: Unanswered): string {
  const moment = pauseMomentAt(stage)
  return moment === undefined ? '' : ` before ${inWords[moment]}`
}

const inWords: Readonly<Record<PauseMoment, string>> = {
  switch: 'the switch',
  step: 'the next step',
  finalize: 'the old tasks go',
}

function withinWhat({ minutes }: Unanswered): string {
  if (minutes === undefined) return ' in time'
  if (minutes < 60) return ` within ${minutes} min`
  const hours = `${Math.floor(minutes / 60)} h`
  return ` within ${minutes % 60 === 0 ? hours : `${hours} ${minutes % 60} min`}`
}
