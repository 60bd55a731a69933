import { type FailureKind, retryCommand } from './kind.ts'

export const noRollbackCandidate: FailureKind = {
  code: 'no_rollback_candidate',
  sentence: (_failure, { process, previous }) =>
    previous === undefined
      ? `there is nothing to roll back to: no deployment of ${process} has ever completed. It runs nothing that works.`
      : `ECS found nothing to roll back to: no earlier deployment of ${process} is complete in ECS. It may run nothing that works.`,
  advice: (_failure, deployment) => `Mend it and ${retryCommand(deployment)}`,
}
