import { type FailureKind, retryCommand } from './kind.ts'

export const timedOut: FailureKind = {
  code: 'timed_out',
  sentence: () =>
    'the command that made this deployment ended before it had asked ECS for anything; nothing was changed.',
  advice: (_failure, deployment) => retryCommand(deployment, deployment.dockerTag),
}
