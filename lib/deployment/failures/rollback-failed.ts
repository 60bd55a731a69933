import { type FailureKind, retryCommand } from './kind.ts'

export const rollbackFailed: FailureKind = {
  code: 'rollback_failed',
  sentence: ({ awsReason }, { process }) =>
    `the rollback failed as well${awsReason ? ` (${awsReason})` : ''}: ${process} may serve neither the old nor the new version.`,
  advice: (_failure, deployment) =>
    `Deploy a version that is known to work now: ${retryCommand(deployment, deployment.previous?.dockerTag)}`,
}
