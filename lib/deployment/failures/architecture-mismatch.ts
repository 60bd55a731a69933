import { type FailureKind, retryCommand } from './kind.ts'

export const architectureMismatch: FailureKind = {
  code: 'architecture_mismatch',
  recognise: task =>
    /descriptor matching platform|exec format error/i.test(task.stoppedReason ?? '')
      ? { patience: 'none' }
      : undefined,
  sentence: (_failure, { dockerTag }) =>
    `the image ${dockerTag} was not built for the CPU that this process runs on.`,
  advice: (_failure, deployment) =>
    `Build it for the task's platform (docker buildx build --platform linux/amd64, or linux/arm64), push it, then ${retryCommand(deployment)}`,
}
