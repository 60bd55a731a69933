import { type FailureKind, retryCommand } from './kind.ts'

export const serviceGone: FailureKind = {
  code: 'service_gone',
  sentence: (_failure, { service, cluster }) =>
    `somebody deleted the service ${service} of cluster ${cluster} while this deployment was under way. None of its tasks are left to run.`,
  advice: (_failure, deployment) =>
    `Who did: CloudTrail's DeleteService event. Once there is a service again: ${retryCommand(deployment, deployment.dockerTag)}`,
}
