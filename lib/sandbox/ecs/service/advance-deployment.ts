import { alarmState } from '../../cloudwatch/alarm-state.ts'
import type { World } from '../../world.ts'
import { say } from '../say.ts'
import type { RollbackCause, ServiceDeploymentRecord, ServiceRecord } from '../state.ts'
import { keepWatching, notice } from '../wake-service.ts'
import { circuitBreaker } from './circuit-breaker.ts'
import { ongoingDeployment } from './ongoing-deployment.ts'
import type { RoundOptions } from './replace-unhealthy-tasks.ts'
import { deploymentFailure, rollbackReason } from './reasons.ts'
import { beginRollback, failRollback } from './roll-back.ts'
import { update } from '../update.ts'

/**
 * Moves a service's deployments on to their next status, as far as that does not depend on tasks becoming healthy.
 *
 *     PENDING ── IN_PROGRESS ──────────────────────────────────────────────────── SUCCESSFUL
 *        │            ├── circuit breaker or alarm, with rollback ┐
 *        └────────────┼── StopServiceDeployment ── ROLLBACK_REQUESTED ── ROLLBACK_IN_PROGRESS ── ROLLBACK_SUCCESSFUL
 *                     │                                  └── no candidate ──────────┴── ROLLBACK_FAILED
 *                     └── superseded, or failed without rollback ── STOP_REQUESTED ── STOPPED
 */
export function advanceDeployment(world: World, { service, at }: RoundOptions): void {
  stopRequested(world, { service, at })
  const deployment = ongoingDeployment(world, service)
  if (deployment === undefined) return
  switch (deployment.status) {
    case 'PENDING':
      if (!hasLasted(world, { deployment, at })) return
      update(deployment, { status: 'IN_PROGRESS', startedAt: at, updatedAt: at })
      watchAlarms(world, { service, deployment, at })
      return
    case 'IN_PROGRESS':
      return judge(world, { service, deployment, at })
    case 'ROLLBACK_REQUESTED':
      if (!hasLasted(world, { deployment, at })) return
      return beginRollback(world, { service, deployment, at })
    case 'ROLLBACK_IN_PROGRESS':
      return judgeRollback(world, { service, deployment, at })
    case 'STOP_REQUESTED':
    case 'SUCCESSFUL':
    case 'STOPPED':
    case 'ROLLBACK_SUCCESSFUL':
    case 'ROLLBACK_FAILED':
      return
  }
}

export type DeploymentOptions = RoundOptions & { readonly deployment: ServiceDeploymentRecord }

/** Each passing status is there to be seen for one round, whatever else makes the scheduler look. */
export function hasLasted(
  { timings }: World,
  { deployment, at }: { readonly deployment: ServiceDeploymentRecord; readonly at: number },
): boolean {
  return at >= deployment.updatedAt + Math.max(1, timings.schedulerRound)
}

function stopRequested(world: World, { service, at }: RoundOptions): void {
  for (const deployment of Object.values(world.state.ecs.serviceDeployments)) {
    if (deployment.serviceArn !== service.arn || deployment.status !== 'STOP_REQUESTED') continue
    if (!hasLasted(world, { deployment, at })) continue
    update(deployment, { status: 'STOPPED', stoppedAt: at, finishedAt: at, updatedAt: at })
  }
}

function judge(world: World, { service, deployment, at }: DeploymentOptions): void {
  const ringing = deployment.alarmNames.filter(name => alarmState(world, { name, at }) === 'ALARM')
  if (ringing.length > 0) {
    deployment.triggeredAlarms = ringing
    const rollsBack = deployment.deploymentConfiguration.alarms?.rollback ?? false
    return failDeployment(world, { service, deployment, at, cause: 'alarm', rollsBack })
  }
  const breaker = breakerOf(service, deployment)
  if (breaker.isEnabled && deployment.failureCount >= breaker.threshold) {
    return failDeployment(world, {
      service,
      deployment,
      at,
      cause: 'circuit-breaker',
      rollsBack: breaker.rollsBack,
    })
  }
  watchAlarms(world, { service, deployment, at })
}

function breakerOf(
  { desiredCount }: ServiceRecord,
  deployment: ServiceDeploymentRecord,
): ReturnType<typeof circuitBreaker> {
  return circuitBreaker({ configuration: deployment.deploymentConfiguration, desiredCount })
}

/** ECS polls the alarms; here with each round, for which an alarm alone gives no occasion. */
function watchAlarms(world: World, { service, deployment, at }: DeploymentOptions): void {
  if (deployment.alarmNames.length > 0) keepWatching(world, { serviceArn: service.arn, at })
}

type FailOptions = DeploymentOptions & {
  readonly cause: RollbackCause
  readonly rollsBack: boolean
  /** What is said besides, after a space. @default - nothing */
  readonly detail?: string
}

/** Ends an ongoing deployment for a reason of ECS's own. */
export function failDeployment(
  world: World,
  { service, deployment, at, cause, rollsBack, detail = '' }: FailOptions,
): void {
  const [primary] = service.deployments
  const failure = deploymentFailure(cause, deployment.lifecycleStage)
  if (primary !== undefined) {
    update(primary, {
      rolloutState: 'FAILED',
      rolloutStateReason: `${failure.state}${detail}`,
      updatedAt: at,
    })
    const text = `(deployment ${primary.id}) deployment failed: ${failure.event}${detail}`
    say(world, { service, at, text })
  }
  const status = rollsBack ? 'ROLLBACK_REQUESTED' : 'STOP_REQUESTED'
  const statusReason = `${rollsBack ? rollbackReason(cause, deployment.lifecycleStage) : failure.stopped}${detail}`
  update(deployment, { status, statusReason, cause, updatedAt: at })
  notice(world, { serviceArn: service.arn, at })
}

/** The old revision can fail, too: its image may be gone by now. */
function judgeRollback(world: World, { service, deployment, at }: DeploymentOptions): void {
  const { isEnabled, threshold } = breakerOf(service, deployment)
  if (isEnabled && deployment.rollbackFailureCount >= threshold)
    failRollback(world, { service, deployment, at })
}
