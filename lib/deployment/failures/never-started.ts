import { type FailureKind, awsWords } from './kind.ts'

export const neverStarted: FailureKind = {
  code: 'never_started',
  recognise: task => (task.stopCode === 'TaskFailedToStart' ? { patience: 'ecs' } : undefined),
  sentence: failure => `no task of the new revision ever started${awsWords(failure)}`,
  advice: ({ awsReason }, { cluster, service }) =>
    `${awsReason ? '' : 'AWS gave no reason. '}See the service's events: aws ecs describe-services --cluster ${cluster} --services ${service} --query 'services[0].events[:5]'`,
}
