import {
  type DeploymentConfiguration,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import type { AwsClients } from './aws-clients.ts'

export type ByHand = {
  readonly process: string
  /** @default - nothing is said of it: the service keeps what it was sent last */
  readonly deploymentConfiguration?: DeploymentConfiguration
}

/** Deploys as a person at the console does it: another revision of the image that ran at first. */
export async function updateByHand(
  { ecs }: AwsClients,
  { process, deploymentConfiguration }: ByHand,
): Promise<void> {
  const { taskDefinition: first } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: `shop-${process}:1` }),
  )
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'by-hand',
      cpu: first?.cpu,
      memory: first?.memory,
      networkMode: first?.networkMode,
      requiresCompatibilities: first?.requiresCompatibilities,
      executionRoleArn: first?.executionRoleArn,
      taskRoleArn: first?.taskRoleArn,
      containerDefinitions: first?.containerDefinitions,
    }),
  )
  await ecs.send(
    new UpdateServiceCommand({
      cluster: 'shop',
      service: process,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      ...(deploymentConfiguration && { deploymentConfiguration }),
    }),
  )
}
