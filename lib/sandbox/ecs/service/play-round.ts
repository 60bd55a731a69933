import type { World } from '../../world.ts'
import { say } from '../say.ts'
import type { ServiceDeploymentRecord, ServiceRecord } from '../state.ts'
import { advanceDeployment } from './advance-deployment.ts'
import { replaceUnhealthyTasks, type RoundOptions } from './replace-unhealthy-tasks.ts'
import { ongoingDeployment } from './ongoing-deployment.ts'
import { playRollback } from './play-rollback.ts'
import { playStage } from './play-stage.ts'
import { scaleRolling } from './scale-rolling.ts'
import { activeTasks, isOf, serviceTasks } from './service-tasks.ts'
import { settleDeployment } from './settle-deployment.ts'
import { retireTasks } from './start-tasks.ts'
import { isHealthy } from './task-health.ts'

/** One look of ECS's scheduler at one service. */
export function playRound(world: World, { service, at }: RoundOptions): void {
  if (service.status === 'INACTIVE') return
  if (service.status === 'DRAINING') return drain(world, { service, at })
  if (!runsTasks(service)) return
  replaceUnhealthyTasks(world, { service, at })
  advanceDeployment(world, { service, at })
  playDeployment(world, { service, at })
  dropDrainedDeployments(world, service)
  reportSteadyState(world, { service, at })
}

function playDeployment(world: World, { service, at }: RoundOptions): void {
  const deployment = ongoingDeployment(world, service)
  if (deployment === undefined || !isStaged(deployment)) {
    scaleRolling(world, { service, at })
    return settleDeployment(world, { service, at })
  }
  switch (deployment.status) {
    case 'PENDING':
    case 'IN_PROGRESS':
      return playStage(world, { service, deployment, at })
    case 'ROLLBACK_IN_PROGRESS':
      playRollback(world, { service, deployment, at })
      return settleDeployment(world, { service, at })
    // Until it is decided what becomes of them, both revisions go on as they are.
    case 'ROLLBACK_REQUESTED':
    case 'STOP_REQUESTED':
    case 'SUCCESSFUL':
    case 'STOPPED':
    case 'ROLLBACK_SUCCESSFUL':
    case 'ROLLBACK_FAILED':
      return
  }
}

function isStaged({ deploymentConfiguration }: ServiceDeploymentRecord): boolean {
  return (deploymentConfiguration.strategy ?? 'ROLLING') !== 'ROLLING'
}

/** There are no container instances for daemons, and nobody who makes task sets for an external controller. */
function runsTasks({ schedulingStrategy, deploymentController }: ServiceRecord): boolean {
  return schedulingStrategy === 'REPLICA' && deploymentController !== 'EXTERNAL'
}

function drain(world: World, { service, at }: RoundOptions): void {
  retireTasks(world, { service, tasks: activeTasks(world, service), at })
  if (serviceTasks(world, service).some(({ lastStatus }) => lastStatus !== 'STOPPED')) return
  service.status = 'INACTIVE'
  service.deployments = []
}

/** An ACTIVE deployment is listed until its last task has stopped. */
function dropDrainedDeployments(world: World, service: ServiceRecord): void {
  const tasks = serviceTasks(world, service).filter(({ lastStatus }) => lastStatus !== 'STOPPED')
  service.deployments = service.deployments.filter(
    deployment => deployment.status === 'PRIMARY' || tasks.some(isOf(deployment)),
  )
}

function reportSteadyState(world: World, { service, at }: RoundOptions): void {
  const healthy = activeTasks(world, service).filter(isHealthy(world, at))
  const [primary] = service.deployments
  const isSteady =
    service.deployments.length === 1 &&
    primary?.rolloutState === 'COMPLETED' &&
    healthy.length === service.desiredCount
  if (isSteady && !service.steady) say(world, { service, at, text: 'has reached a steady state.' })
  service.steady = isSteady
}
