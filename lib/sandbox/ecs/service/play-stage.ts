import type { World } from '../../world.ts'
import type { LifecycleStage, ServiceDeploymentRecord } from '../state.ts'
import { update } from '../update.ts'
import { notice, wakeService } from '../wake-service.ts'
import { type DeploymentOptions, failDeployment } from './advance-deployment.ts'
import { alarmBakeTime } from './alarm-bake-time.ts'
import { activeTasks, isOf, serviceTasks } from './service-tasks.ts'
import { callHooks, currentHooks, isFailed, isWaiting, nextLookAt, pollHooks } from './stage-hooks.ts'
import { retireTasks, startTasks } from './start-tasks.ts'
import { isHealthy } from './task-health.ts'
import { giveTraffic, shiftTraffic } from './traffic.ts'
import { trafficSteps } from './traffic-steps.ts'

/** The stages of BLUE_GREEN, CANARY and LINEAR; two of them once for each step of the traffic. */
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

/** One round of a deployment in stages: does the stage's work, and goes on to the next one when it is done. */
export function playStage(world: World, { service, deployment, at }: DeploymentOptions): void {
  if (deployment.status !== 'IN_PROGRESS') return
  if (deployment.lifecycleStage === undefined) return begin(world, { service, deployment, at })
  scale(world, { service, deployment, at })
  pollHooks(world, { deployment, at })
  const hooks = currentHooks(deployment)
  if (hooks.some(isFailed)) return failByHook(world, { service, deployment, at })
  const waiting = hooks.filter(isWaiting)
  for (const hook of waiting) wakeService(world, { serviceArn: service.arn, at: nextLookAt(hook) })
  if (waiting.length > 0) return
  const doneAt = (deployment.stageSince ?? at) + lengthOf(world, deployment)
  if (at < doneAt) return wakeService(world, { serviceArn: service.arn, at: doneAt })
  if (isDone(world, { service, deployment, at })) goOn(world, { service, deployment, at })
}

/** Whatever an unhappy end left in the rules: what runs has the traffic, and what comes has none. */
function begin(world: World, { service, deployment, at }: DeploymentOptions): void {
  const { sourceRevision, sourceRevisions } = deployment
  if (sourceRevision === undefined) shiftTraffic(world, { deployment, productionWeight: 0, testWeight: 0 })
  else giveTraffic(world, { deployment, to: sourceRevision })
  const stage = sourceRevisions.length > 1 ? 'RECONCILE_SERVICE' : 'PRE_SCALE_UP'
  enter(world, { service, deployment, at, stage })
}

type StageOptions = DeploymentOptions & { readonly stage: LifecycleStage }

function enter(world: World, { service, deployment, at, stage }: StageOptions): void {
  update(deployment, { lifecycleStage: stage, stageSince: at, updatedAt: at })
  const { productionWeight, testWeight } = deployment
  if (stage === 'TEST_TRAFFIC_SHIFT') {
    shiftTraffic(world, { deployment, productionWeight, testWeight: 100 })
  }
  if (stage === 'PRODUCTION_TRAFFIC_SHIFT') {
    const share = trafficSteps(deployment)[deployment.trafficStep] ?? 100
    shiftTraffic(world, { deployment, productionWeight: share, testWeight })
  }
  callHooks(world, { deployment, stage, at })
  notice(world, { serviceArn: service.arn, at })
}

/** Until CLEAN_UP both revisions run in full; what an earlier deployment left goes as soon as nobody needs it. */
function scale(world: World, { service, deployment, at }: DeploymentOptions): void {
  const { lifecycleStage: stage = 'RECONCILE_SERVICE', sourceRevision, targetRevision } = deployment
  const { desiredCount } = service
  const active = activeTasks(world, service)
  const fresh = active.filter(isOf({ revisionArn: targetRevision }))
  const source = active.filter(task => task.revisionArn === sourceRevision)
  const others = active.filter(task => !fresh.includes(task) && !source.includes(task))
  const isSourceComplete = source.filter(isHealthy(world, at)).length >= desiredCount
  const unwanted =
    stage === 'CLEAN_UP'
      ? [...source, ...others]
      : [...source.slice(desiredCount), ...(sourceRevision === undefined || isSourceComplete ? others : [])]
  retireTasks(world, { service, tasks: [...unwanted, ...fresh.slice(desiredCount)], at })
  if (at < service.nextLaunchAt) return
  if (stage !== 'CLEAN_UP') {
    const old = service.deployments.find(({ revisionArn }) => revisionArn === sourceRevision)
    startTasks(world, { service, deployment: old, count: desiredCount - source.length, at })
  }
  if (stages.indexOf(stage) < stages.indexOf('SCALE_UP')) return
  const [primary] = service.deployments
  startTasks(world, { service, deployment: primary, count: desiredCount - fresh.length, at })
}

/** A hook says no, or nobody decides in time. */
function failByHook(world: World, { service, deployment, at }: DeploymentOptions): void {
  const said = currentHooks(deployment)
    .filter(isFailed)
    .flatMap(({ failure }) => failure ?? [])
  const detail = said.map(text => ` ${text}`).join('')
  failDeployment(world, { service, deployment, at, cause: 'hook', rollsBack: true, detail })
}

/** How long a stage lasts at least. */
function lengthOf(world: World, deployment: ServiceDeploymentRecord): number {
  const { lifecycleStage: stage, deploymentConfiguration: configuration, trafficStep } = deployment
  const { schedulerRound, minute } = world.timings
  const round = Math.max(1, schedulerRound)
  const isLastStep = trafficStep >= trafficSteps(deployment).length - 1
  if (stage === 'BAKE_TIME') {
    const asked = (configuration.bakeTimeInMinutes ?? 0) * minute
    return round + Math.max(asked, alarmBakeTime(world, deployment))
  }
  if (stage !== 'PRODUCTION_TRAFFIC_SHIFT' || isLastStep) return round
  const minutes =
    configuration.strategy === 'CANARY'
      ? (configuration.canaryConfiguration?.canaryBakeTimeInMinutes ?? 10)
      : (configuration.linearConfiguration?.stepBakeTimeInMinutes ?? 6)
  return round + minutes * minute
}

/** No stage after SCALE_UP is left while one of the new tasks is missing: it would take traffic without them all. */
function isDone(world: World, { service, deployment, at }: DeploymentOptions): boolean {
  const { lifecycleStage: stage = 'RECONCILE_SERVICE' } = deployment
  const isNew = isOf({ revisionArn: deployment.targetRevision })
  if (stages.indexOf(stage) < stages.indexOf('SCALE_UP')) return true
  const healthy = activeTasks(world, service).filter(isNew).filter(isHealthy(world, at))
  if (healthy.length < service.desiredCount) return false
  return (
    stage !== 'CLEAN_UP' ||
    serviceTasks(world, service).every(task => task.lastStatus === 'STOPPED' || isNew(task))
  )
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
