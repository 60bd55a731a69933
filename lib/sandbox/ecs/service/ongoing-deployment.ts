import type { ecs } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import type { ServiceDeploymentRecord, ServiceRecord } from '../state.ts'

/** The service deployment that is under way; undefined once it has ended, however it ended. */
export function ongoingDeployment(
  { state }: World,
  { currentServiceDeployment = '' }: Pick<ServiceRecord, 'currentServiceDeployment'>,
): ServiceDeploymentRecord | undefined {
  const deployment = state.ecs.serviceDeployments[currentServiceDeployment]
  return deployment === undefined || isTerminal(deployment.status) ? undefined : deployment
}

export function isTerminal(status: ecs.ServiceDeploymentStatus): boolean {
  return ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'].includes(status)
}
