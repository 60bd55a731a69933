import { type FailureKind, awsWords } from './kind.ts'

export const imagePullFailed: FailureKind = {
  code: 'image_pull_failed',
  recognise: ({ stoppedReason = '' }) =>
    /CannotPull|unable to get registry auth|registry auth from/i.test(stoppedReason)
      ? { patience: 'second_task' }
      : undefined,
  sentence: (failure, { dockerTag }) => `the image ${dockerTag} could not be pulled${awsWords(failure)}`,
  advice: () =>
    "Check that the task's execution role may pull from the repository (AmazonECSTaskExecutionRolePolicy) and that every container's image exists.",
}
