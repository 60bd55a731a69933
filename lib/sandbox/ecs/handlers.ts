import type { EcsHandlers } from '../wire/handlers.ts'
import type { World } from '../world.ts'
import { clusterHandlers } from './handlers/cluster-handlers.ts'
import { serviceDeploymentHandlers } from './handlers/service-deployment-handlers.ts'
import { serviceHandlers } from './handlers/service-handlers.ts'
import { tagHandlers } from './handlers/tag-handlers.ts'
import { taskDefinitionHandlers } from './handlers/task-definition-handlers.ts'
import { taskHandlers } from './handlers/task-handlers.ts'

/** ECS's API over a world that `advanceWorld` has brought up to date. */
export function ecsHandlers(world: World): EcsHandlers {
  return {
    ...clusterHandlers(world),
    ...taskDefinitionHandlers(world),
    ...serviceHandlers(world),
    ...serviceDeploymentHandlers(world),
    ...taskHandlers(world),
    ...tagHandlers(world),
  }
}
