import type { Deployment } from '../../deployment/deployment.ts'
import type { EcsDeployment } from '../../deployment/state.ts'
import type { Pointer } from '../../records/pointer.ts'

/** The pointer that names a deployment; absent as long as ECS has not said when it made it. */
export function pointerOf(
  { app, process, id, dockerTag, imageDigest, config }: Deployment,
  { taskDefinition, createdAt }: EcsDeployment,
): Pointer | undefined {
  if (createdAt === undefined || imageDigest === undefined) return undefined
  return {
    app,
    process,
    deploymentId: id,
    dockerTag,
    imageDigest,
    taskDefinition,
    ...(config && { config }),
    ecsCreatedAt: createdAt,
  }
}
