import type { Deployment } from '../../deployment/deployment.ts'
import { recordedOrigin } from '../plan/recorded-origin.ts'
import type { DeployRequest, PinnedVersion } from '../plan/request.ts'

/** The request that brings exactly what was asked for when the approval was: the same image, strategy and reason. */
export function approvedRequest(
  { app, environment }: Pick<DeployRequest, 'app' | 'environment'>,
  deployments: readonly Deployment[],
  asked?: Pick<DeployRequest, 'supersede'>,
): DeployRequest {
  const [first] = deployments
  if (first === undefined) throw new Error('no deployment is to be started')
  const { trigger, initiator, reason, gitRef, approval, overridden } = first
  const { strategy } = approval?.asked ?? {}
  return {
    app,
    trigger,
    processes: deployments.map(({ process }) => process),
    pinned: new Map(deployments.map(each => [each.process, pinOf(each)])),
    ...(environment !== undefined && { environment }),
    ...(strategy && { strategy }),
    ...(initiator !== undefined && { initiator }),
    ...(reason !== undefined && { reason }),
    ...(gitRef !== undefined && { gitRef }),
    // A policy that came later was gone past by nobody.
    ...(overridden && { override: overridden.reason, overrides: overridden.policies }),
    ...(asked?.supersede && { supersede: asked.supersede }),
  }
}

function pinOf(deployment: Deployment): PinnedVersion {
  const { dockerTag, imageDigest, restores, promotedFrom, approval } = deployment
  const { taskDefinition } = approval?.asked ?? {}
  return {
    dockerTag,
    ...(imageDigest !== undefined && { imageDigest }),
    ...(taskDefinition !== undefined && { taskDefinition }),
    ...(restores !== undefined && { restores }),
    ...(promotedFrom && { promotedFrom }),
    origin: recordedOrigin(deployment),
  }
}
