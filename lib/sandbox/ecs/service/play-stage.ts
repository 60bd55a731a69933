import type { World } from '../../world.ts'
import { identifiers } from '../identifiers.ts'
import type { HookRecord, LifecycleStage, ServiceDeploymentRecord, ServiceRecord } from '../state.ts'
import { notice, wakeService } from '../wake-service.ts'
import { type DeploymentOptions, failDeployment } from './advance-deployment.ts'
import { ongoingDeployment } from './ongoing-deployment.ts'
import { activeTasks, isOf, serviceTasks } from './service-tasks.ts'
import { retireTasks, startTasks } from './start-tasks.ts'
import { isHealthy } from './task-health.ts'
import { shiftTraffic } from './traffic.ts'
import { update } from '../update.ts'

/** The stages of BLUE_GREEN, CANARY and LINEAR; the two production ones once for each step of the traffic. */
const stages: readonly LifecycleStage[] = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
]

/** The ongoing deployment, if it is one in stages and not on its way back. */
export function stagedDeployment(world: World, service: ServiceRecord): ServiceDeploymentRecord | undefined {
  const deployment = ongoingDeployment(world, service)
  if (deployment === undefined || (deployment.deploymentConfiguration.strategy ?? 'ROLLING') === 'ROLLING') {
    return undefined
  }
  return ['PENDING', 'IN_PROGRESS'].includes(deployment.status) ? deployment : undefined
}

/** One round of a deployment in stages: does the stage's work, and goes on to the next one when it is done. */
export function playStage(world: World, { service, deployment, at }: DeploymentOptions): void {
  if (deployment.status !== 'IN_PROGRESS') return
  if (deployment.lifecycleStage === undefined)
    return enter(world, { service, deployment, at, stage: 'RECONCILE_SERVICE' })
  scale(world, { service, deployment, at })
  expireHooks(deployment, at)
  const hooks = hooksOf(deployment)
  if (hooks.some(hook => isFailed(hook))) {
    return failDeployment(world, { service, deployment, at, cause: 'hook', rollsBack: true })
  }
  const waiting = hooks.filter(({ status }) => status === 'AWAITING_ACTION')
  for (const { expiresAt } of waiting) wakeService(world, { serviceArn: service.arn, at: expiresAt })
  if (waiting.length > 0) return
  const doneAt = (deployment.stageSince ?? at) + lengthOf(world, deployment)
  if (at < doneAt) return wakeService(world, { serviceArn: service.arn, at: doneAt })
  if (isDone(world, { service, deployment, at })) goOn(world, { service, deployment, at })
}

type StageOptions = DeploymentOptions & { readonly stage: LifecycleStage }

function enter(world: World, { service, deployment, at, stage }: StageOptions): void {
  update(deployment, { lifecycleStage: stage, stageSince: at, updatedAt: at })
  const { testWeight } = deployment
  if (stage === 'TEST_TRAFFIC_SHIFT') {
    shiftTraffic(world, {
      service,
      deployment,
      productionWeight: deployment.productionWeight,
      testWeight: 100,
    })
  }
  if (stage === 'PRODUCTION_TRAFFIC_SHIFT') {
    const productionWeight = trafficSteps(deployment)[deployment.trafficStep] ?? 100
    shiftTraffic(world, { service, deployment, productionWeight, testWeight })
  }
  const { lifecycleHooks = [] } = deployment.deploymentConfiguration
  const created = lifecycleHooks
    .filter(({ lifecycleStages = [] }) => lifecycleStages.some(it => it === stage))
    .map(({ timeoutConfiguration }): HookRecord => {
      const { timeoutInMinutes = 1440, action = 'ROLLBACK' } = timeoutConfiguration ?? {}
      return {
        id: `ecs-pause-${identifiers.uuid(world.state.ecs)}`,
        stage,
        step: deployment.trafficStep,
        expiresAt: at + timeoutInMinutes * 60_000,
        timeoutAction: action,
        status: 'AWAITING_ACTION',
      }
    })
  deployment.hooks = [...deployment.hooks, ...created]
  notice(world, { serviceArn: service.arn, at })
}

/** Until CLEAN_UP both revisions run in full; tasks of a deployment that was superseded go at once. */
function scale(world: World, { service, deployment, at }: DeploymentOptions): void {
  const { lifecycleStage: stage = 'RECONCILE_SERVICE' } = deployment
  const active = activeTasks(world, service)
  const fresh = active.filter(isOf({ revisionArn: deployment.targetRevision }))
  const isCleaning = stage === 'CLEAN_UP'
  const old = active.filter(task => !fresh.includes(task))
  const unwanted = isCleaning ? old : old.filter(task => task.revisionArn !== service.completedRevision)
  const surplus = fresh.slice(service.desiredCount)
  retireTasks(world, { service, tasks: [...unwanted, ...surplus], at })
  const isScaling = stages.indexOf(stage) >= stages.indexOf('SCALE_UP') && at >= service.nextLaunchAt
  if (isScaling) startTasks(world, { service, count: service.desiredCount - fresh.length, at })
}

function hooksOf({ hooks, lifecycleStage, trafficStep }: ServiceDeploymentRecord): readonly HookRecord[] {
  return hooks.filter(({ stage, step }) => stage === lifecycleStage && step === trafficStep)
}

function expireHooks(deployment: ServiceDeploymentRecord, at: number): void {
  deployment.hooks = deployment.hooks.map(hook =>
    hook.status === 'AWAITING_ACTION' && at >= hook.expiresAt ? { ...hook, status: 'TIMED_OUT' } : hook,
  )
}

function isFailed({ status, timeoutAction }: HookRecord): boolean {
  return status === 'FAILED' || (status === 'TIMED_OUT' && timeoutAction === 'ROLLBACK')
}

/** How long a stage lasts at least. */
function lengthOf(world: World, deployment: ServiceDeploymentRecord): number {
  const { lifecycleStage: stage, deploymentConfiguration: configuration, trafficStep } = deployment
  const round = Math.max(1, world.timings.schedulerRound)
  const isLastStep = trafficStep >= trafficSteps(deployment).length - 1
  if (stage === 'BAKE_TIME') return round + (configuration.bakeTimeInMinutes ?? 0) * minute(world)
  if (stage !== 'PRODUCTION_TRAFFIC_SHIFT' || isLastStep) return round
  const minutes =
    configuration.strategy === 'CANARY'
      ? (configuration.canaryConfiguration?.canaryBakeTimeInMinutes ?? 10)
      : (configuration.linearConfiguration?.stepBakeTimeInMinutes ?? 6)
  return round + minutes * minute(world)
}

/** A minute of somebody's bake time: with short timings it is shorter, like everything else. */
function minute({ timings }: World): number {
  return Math.min(60_000, 2 * timings.healthCheckInterval)
}

/** The weights that the new revision gets, one after the other. */
function trafficSteps({
  deploymentConfiguration: configuration,
}: ServiceDeploymentRecord): readonly number[] {
  const { strategy = 'ROLLING' } = configuration
  switch (strategy) {
    case 'CANARY':
      return [configuration.canaryConfiguration?.canaryPercent ?? 5, 100]
    case 'LINEAR': {
      const step = configuration.linearConfiguration?.stepPercent ?? 10
      return Array.from({ length: Math.ceil(100 / step) }, (_, index) => Math.min(100, step * (index + 1)))
    }
    case 'BLUE_GREEN':
    case 'ROLLING':
      return [100]
  }
}

function isDone(world: World, { service, deployment, at }: DeploymentOptions): boolean {
  const isNew = isOf({ revisionArn: deployment.targetRevision })
  if (deployment.lifecycleStage === 'SCALE_UP') {
    const healthy = activeTasks(world, service).filter(isNew).filter(isHealthy(world, at))
    return healthy.length >= service.desiredCount
  }
  if (deployment.lifecycleStage === 'CLEAN_UP') {
    return serviceTasks(world, service).every(task => task.lastStatus === 'STOPPED' || isNew(task))
  }
  return true
}

function goOn(world: World, { service, deployment, at }: DeploymentOptions): void {
  const { lifecycleStage: stage = 'RECONCILE_SERVICE' } = deployment
  if (stage === 'CLEAN_UP') return succeed(world, { service, deployment, at })
  const isLastStep = deployment.trafficStep >= trafficSteps(deployment).length - 1
  if (stage === 'PRODUCTION_TRAFFIC_SHIFT' && !isLastStep) {
    deployment.trafficStep += 1
    return enter(world, { service, deployment, at, stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT' })
  }
  const next = stages[stages.indexOf(stage) + 1]
  if (next !== undefined) enter(world, { service, deployment, at, stage: next })
}

function succeed(world: World, { service, deployment, at }: DeploymentOptions): void {
  update(deployment, { status: 'SUCCESSFUL', finishedAt: at, updatedAt: at })
  service.completedRevision = deployment.targetRevision
  // What remains, the deployment's COMPLETED and the steady state, is the same as after a rolling update.
  notice(world, { serviceArn: service.arn, at })
}
