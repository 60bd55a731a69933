import { type FailureKind, awsWords } from './kind.ts'

const unreachable =
  /i\/o timeout|deadline exceeded|no such host|connection refused|dial tcp|connection issue|request canceled/i

export const networking: FailureKind = {
  code: 'networking',
  recognise: ({ stoppedReason = '' }) =>
    /CannotPull|ResourceInitializationError/.test(stoppedReason) && unreachable.test(stoppedReason)
      ? { patience: 'second_task' }
      : undefined,
  sentence: failure => `the tasks have no way to what they need in the network${awsWords(failure)}`,
  advice: ({ evidence }) =>
    evidence.length === 0
      ? "Check the service's subnets, security groups and listener rules."
      : "Check that the subnets route to ECR, CloudWatch Logs, SSM and Secrets Manager (NAT gateway, public IP or VPC endpoints) and the security group's egress.",
}
