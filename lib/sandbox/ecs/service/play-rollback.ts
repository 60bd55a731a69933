import type { World } from '../../world.ts'
import type { DeploymentOptions } from './advance-deployment.ts'
import { activeTasks, isOf } from './service-tasks.ts'
import { callHooks, pollHooks } from './stage-hooks.ts'
import { retireTasks, startTasks } from './start-tasks.ts'
import { isHealthy } from './task-health.ts'
import { giveTraffic, hasTraffic } from './traffic.ts'

/**
 * One round of the way back of a deployment in stages. The old tasks are still warm as a rule and get all the traffic at
 * once; after a CLEAN_UP they are started again first, and the new ones serve until then.
 */
export function playRollback(world: World, { service, deployment, at }: DeploymentOptions): void {
  const [primary] = service.deployments
  if (primary === undefined) return
  const { desiredCount } = service
  const active = activeTasks(world, service)
  const back = active.filter(isOf(primary))
  const failed = active.filter(isOf({ revisionArn: deployment.targetRevision }))
  const others = active.filter(task => !back.includes(task) && !failed.includes(task))
  const healthy = isHealthy(world, at)
  const ready = back.filter(healthy).length
  const isComplete = ready >= desiredCount
  const neverStopped =
    deployment.sourceRevision === primary.revisionArn && deployment.lifecycleStage !== 'CLEAN_UP'
  const isWarm = ready > 0 && (neverStopped || ![...failed, ...others].some(healthy))
  const isBack = isComplete || isWarm
  if (isBack) shiftBack(world, { deployment, at })
  const servesNobody = hasTraffic(world, deployment) && deployment.productionWeight === 0
  retireTasks(world, {
    service,
    tasks: [
      ...back.slice(desiredCount),
      ...(isBack || servesNobody ? failed : []),
      ...(isComplete ? others : []),
    ],
    at,
  })
  if (at >= service.nextLaunchAt)
    startTasks(world, { service, deployment: primary, count: desiredCount - back.length, at })
  pollHooks(world, { deployment, at })
}

/** The two hooks of the shifts run on the way back, too; what they answer there changes nothing any more. */
function shiftBack(world: World, { deployment, at }: Omit<DeploymentOptions, 'service'>): void {
  const { productionWeight, testWeight, sourceRevision, rollback } = deployment
  if (rollback === undefined) return
  const isThere = productionWeight === 0 && testWeight === 0 && sourceRevision === rollback.revisionArn
  if (isThere) return
  giveTraffic(world, { deployment, to: rollback.revisionArn })
  if (productionWeight > 0) callHooks(world, { deployment, stage: 'PRODUCTION_TRAFFIC_SHIFT', at })
  if (testWeight > 0) callHooks(world, { deployment, stage: 'TEST_TRAFFIC_SHIFT', at })
}
