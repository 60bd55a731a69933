import { type FailureKind, retryCommand } from './kind.ts'

export const cancelled: FailureKind = {
  code: 'cancelled',
  sentence: ({ awsReason }) =>
    `somebody asked ECS to stop this deployment, outside tapit (StopServiceDeployment)${awsReason ? `: ${awsReason}` : '.'}`,
  advice: (_failure, deployment) =>
    `Who did: CloudTrail's StopServiceDeployment event. Once that is settled: ${retryCommand(deployment, deployment.dockerTag)}`,
}
