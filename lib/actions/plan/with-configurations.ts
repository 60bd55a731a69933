import type { DeploymentConfiguration } from '../../strategy/deployment-configuration.ts'
import type { Gathered } from './gather.ts'
import { chosenStrategy } from './guards-of.ts'
import type { DeployRequest } from './request.ts'

/**
 * What was gathered, with other configurations of some services than ECS told: those that are theirs, where a deployment had given them
 * another one for its own time.
 */
export function withConfigurations(
  gathered: Gathered,
  configurations: ReadonlyMap<string, DeploymentConfiguration>,
  request: DeployRequest,
): Gathered {
  return {
    ...gathered,
    processes: gathered.processes.map(each => {
      const configuration = configurations.get(each.process)
      if (configuration === undefined) return each
      const service = { ...each.service, configuration }
      return { ...each, service, strategy: chosenStrategy({ ...each, service }, gathered, request) }
    }),
  }
}
