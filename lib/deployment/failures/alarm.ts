import { type FailureKind, logsCommand } from './kind.ts'

export const alarm: FailureKind = {
  code: 'alarm',
  sentence: ({ alarms = [], awsReason }) =>
    alarms.length === 0
      ? `a CloudWatch alarm went off while the deployment was under way${awsReason ? `: ${awsReason}` : '.'}`
      : `the alarm${alarms.length === 1 ? '' : 's'} ${alarms.join(', ')} went off while the deployment was under way.`,
  advice: ({ alarms: [name] = [] }, deployment) =>
    name === undefined
      ? `What the new version said: ${logsCommand(deployment)}`
      : `What was measured: aws cloudwatch describe-alarm-history --alarm-name ${name}`,
}
