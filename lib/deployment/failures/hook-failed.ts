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
  const what = nextAt[stage]
  return what === undefined ? '' : ` before ${what}`
}

/** What comes after the pauses that tapit sets (strategy/pause-stage.ts). */
const nextAt: Readonly<Record<string, string>> = {
  POST_TEST_TRAFFIC_SHIFT: 'the switch',
  POST_SCALE_UP: 'the switch',
  PRE_PRODUCTION_TRAFFIC_SHIFT: 'the next step',
  POST_PRODUCTION_TRAFFIC_SHIFT: 'the old tasks go',
}

function withinWhat({ minutes }: Unanswered): string {
  if (minutes === undefined) return ' in time'
  if (minutes < 60) return ` within ${minutes} min`
  const hours = `${Math.floor(minutes / 60)} h`
  return ` within ${minutes % 60 === 0 ? hours : `${hours} ${minutes % 60} min`}`
}
