import type { Deployment } from '../deployment/deployment.ts'
import type { StoppedPointer } from '../records/pointer.ts'

/** What the pointer of its process becomes when a deployment is stopped. */
export function stoppedPointerOf(deployment: Deployment): StoppedPointer | undefined {
  const { app, process, id, dockerTag, imageDigest, config, state, stop } = deployment
  if (state.is !== 'stopping' && state.is !== 'stopped') return undefined
  const { taskDefinition, createdAt } = state.ecs
  if (stop === undefined || createdAt === undefined || imageDigest === undefined) return undefined
  return {
    app,
    process,
    deploymentId: id,
    dockerTag,
    imageDigest,
    taskDefinition,
    ...(config && { config }),
    ecsCreatedAt: createdAt,
    stop,
  }
}
