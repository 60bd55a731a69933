import { type FailureKind } from './kind.ts'

export const alarm: FailureKind = {
  code: 'alarm',
  sentence: ({ awsReason }) =>
    `a CloudWatch alarm went off while the deployment was under way${awsReason ? `: ${awsReason}` : '.'}`,
  advice: () => 'Look at what the alarm measures: aws cloudwatch describe-alarms --state-value ALARM',
}
