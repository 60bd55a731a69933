import { type FailureKind } from './kind.ts'

export const hookFailed: FailureKind = {
  code: 'hook_failed',
  sentence: ({ awsReason }) =>
    `a lifecycle hook said no, or did not answer in time${awsReason ? `: ${awsReason}` : '.'}`,
  advice: () => "Look at the hook's own log (a Lambda's log group), or at who should have continued it.",
}
