import { type FailureKind, logsCommand } from './kind.ts'

export const circuitBreaker: FailureKind = {
  code: 'circuit_breaker',
  sentence: ({ awsReason }) =>
    `ECS's circuit breaker gave up on the new tasks${awsReason ? `: ${awsReason}` : ', and no stopped task is left that says why.'}`,
  advice: (_failure, deployment) => logsCommand(deployment),
}
