import type { World } from '../../world.ts'
import { say } from '../say.ts'
import type { ServiceDeploymentRecord, ServiceRecord } from '../state.ts'
import { wakeService } from '../wake-service.ts'
import { hasLasted } from './advance-deployment.ts'
import { alarmBakeTime } from './alarm-bake-time.ts'
import { ongoingDeployment } from './ongoing-deployment.ts'
import type { RoundOptions } from './replace-unhealthy-tasks.ts'
import { activeTasks, isOf, serviceTasks } from './service-tasks.ts'
import { isHealthy } from './task-health.ts'
import { update } from '../update.ts'

/**
 * Ends what has reached its goal. A service deployment is SUCCESSFUL once the new tasks are healthy and the old ones are
 * told to stop; the deployment in DescribeServices is COMPLETED when the last old task is gone, which takes longer.
 */
export function settleDeployment(world: World, { service, at }: RoundOptions): void {
  const ongoing = ongoingDeployment(world, service)
  if (ongoing !== undefined) settle(world, { service, deployment: ongoing, at })
  complete(world, { service, at })
}

type SettleOptions = RoundOptions & { readonly deployment: ServiceDeploymentRecord }

function settle(world: World, { service, deployment, at }: SettleOptions): void {
  if (!isAtGoal(world, { service, at })) {
    deployment.goodSince = undefined
    return
  }
  switch (deployment.status) {
    case 'IN_PROGRESS': {
      deployment.goodSince ??= at
      const bakedAt = deployment.goodSince + alarmBakeTime(world, deployment)
      if (at < bakedAt) return wakeService(world, { serviceArn: service.arn, at: bakedAt })
      update(deployment, { status: 'SUCCESSFUL', finishedAt: at, updatedAt: at })
      service.completedRevision = deployment.targetRevision
      return
    }
    case 'ROLLBACK_IN_PROGRESS':
      if (!hasLasted(world, { deployment, at })) return
      update(deployment, { status: 'ROLLBACK_SUCCESSFUL', finishedAt: at, updatedAt: at })
      service.completedRevision = deployment.rollback?.revisionArn
      return
    case 'PENDING':
    case 'STOP_REQUESTED':
    case 'ROLLBACK_REQUESTED':
    case 'SUCCESSFUL':
    case 'STOPPED':
    case 'ROLLBACK_SUCCESSFUL':
    case 'ROLLBACK_FAILED':
      return
  }
}

function isAtGoal(world: World, { service, at }: RoundOptions): boolean {
  const [primary] = service.deployments
  if (primary === undefined) return false
  const active = activeTasks(world, service)
  const good = active.filter(isOf(primary)).filter(isHealthy(world, at))
  return good.length >= service.desiredCount && active.every(isOf(primary))
}

function complete(world: World, { service, at }: RoundOptions): void {
  const [primary] = service.deployments
  if (primary === undefined || primary.rolloutState !== 'IN_PROGRESS') return
  const isDecided = ongoingDeployment(world, service) === undefined
  const remaining = serviceTasks(world, service).filter(({ lastStatus }) => lastStatus !== 'STOPPED')
  if (!isDecided || !remaining.every(isOf(primary))) return
  update(primary, {
    rolloutState: 'COMPLETED',
    rolloutStateReason: `ECS deployment ${primary.id} completed.`,
    updatedAt: at,
  } satisfies Partial<ServiceRecord['deployments'][number]>)
  say(world, { service, at, text: `(deployment ${primary.id}) deployment completed.` })
}
