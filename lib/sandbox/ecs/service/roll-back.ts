import type { World } from '../../world.ts'
import { say } from '../say.ts'
import type { DeploymentRecord, ServiceRecord } from '../state.ts'
import { notice } from '../wake-service.ts'
import type { DeploymentOptions } from './advance-deployment.ts'
import { deploymentFailure, noCandidate, rollbackReason } from './reasons.ts'
import { liveLoadBalancers } from './traffic.ts'
import { update } from '../update.ts'

/** Makes the most recent COMPLETED deployment PRIMARY again; there is none after a first deployment that failed. The traffic stays as it is then. */
export function beginRollback(world: World, { service, deployment, at }: DeploymentOptions): void {
  const cause = deployment.cause ?? 'requested'
  const reason = deployment.statusReason ?? rollbackReason(cause, deployment.lifecycleStage)
  const [failed, ...others] = service.deployments
  if (failed !== undefined && failed.rolloutState !== 'FAILED') {
    const { state, event } = deploymentFailure(cause, deployment.lifecycleStage)
    update(failed, { rolloutState: 'FAILED', rolloutStateReason: state })
    say(world, { service, at, text: `(deployment ${failed.id}) deployment failed: ${event}` })
  }
  const revision = world.state.ecs.serviceRevisions[service.completedRevision ?? '']
  if (revision === undefined || revision.arn === deployment.targetRevision) {
    update(deployment, {
      status: 'ROLLBACK_FAILED',
      statusReason: noCandidate,
      finishedAt: at,
      updatedAt: at,
    })
    return
  }
  // A rolling update shifts nothing, on its way back neither: what comes back must stand where the traffic is.
  if ((deployment.deploymentConfiguration.strategy ?? 'ROLLING') === 'ROLLING') {
    revision.loadBalancers = liveLoadBalancers(world, revision.settings)
  }
  const listed = others.find(({ revisionArn }) => revisionArn === revision.arn)
  const target = listed ?? restored(revision)
  update(target, {
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `${prefixOf(cause)}: rolling back to deploymentId ${target.id}.`,
    failedTasks: 0,
    updatedAt: at,
  })
  if (failed !== undefined) update(failed, { status: 'ACTIVE', updatedAt: at })
  const rest = [failed, ...others].filter(it => it !== undefined).filter(it => it !== target)
  service.deployments = [target, ...rest]
  service.settings = revision.settings
  service.completedRevision = undefined
  service.launchFailures = 0
  service.nextLaunchAt = 0
  say(world, { service, at, text: `rolling back to deployment ${target.id}.` })
  update(deployment, {
    status: 'ROLLBACK_IN_PROGRESS',
    statusReason: reason,
    rollback: { reason, startedAt: at, revisionArn: revision.arn },
    goodSince: undefined,
    updatedAt: at,
  })
  notice(world, { serviceArn: service.arn, at })
}

/** The old revision does not come up again either; its deployment stalls. */
export function failRollback(_world: World, { service, deployment, at }: DeploymentOptions): void {
  const [primary] = service.deployments
  if (primary !== undefined) {
    update(primary, {
      rolloutState: 'FAILED',
      rolloutStateReason: deploymentFailure('circuit-breaker').state,
      updatedAt: at,
    })
  }
  update(deployment, {
    status: 'ROLLBACK_FAILED',
    statusReason: 'Service deployment rollback failed because the circuit breaker threshold was exceeded.',
    finishedAt: at,
    updatedAt: at,
  })
}

function prefixOf(cause: string): string {
  return cause === 'circuit-breaker' ? 'ECS deployment circuit breaker' : 'ECS deployment'
}

/** A deployment that is no longer listed because its last task has stopped comes back under its old id. */
function restored({
  arn,
  settings,
  createdAt,
}: {
  readonly arn: string
  readonly settings: ServiceRecord['settings']
  readonly createdAt: number
}): DeploymentRecord {
  return {
    id: `ecs-svc/${arn.slice(arn.lastIndexOf('/') + 1)}`,
    revisionArn: arn,
    taskDefinition: settings.taskDefinition,
    createdAt,
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: '',
    failedTasks: 0,
    updatedAt: createdAt,
  }
}
