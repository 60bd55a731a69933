import { type FailureKind, retryCommand } from './kind.ts'

export const timedOut: FailureKind = {
  code: 'timed_out',
  sentence: () => 'the command that made this deployment ended before ECS was seen to have heard of it.',
  advice: (_failure, deployment) => retryCommand(deployment, deployment.dockerTag),
}
