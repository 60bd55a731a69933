import type { ecs } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import { dateOf } from '../dates.ts'
import { circuitBreaker } from '../service/circuit-breaker.ts'
import { isTerminal } from '../service/ongoing-deployment.ts'
import { hasTraffic } from '../service/traffic.ts'
import type { HookRecord, ServiceDeploymentRecord, ServiceRevisionRecord } from '../state.ts'
import { revisionCounts } from './service-view.ts'

/** A service deployment as DescribeServiceDeployments shows it. */
export function serviceDeploymentView(
  world: World,
  deployment: ServiceDeploymentRecord,
): ecs.ServiceDeployment {
  const summary = (arn: string) => revisionSummary(world, { deployment, arn })
  const { lifecycleStage } = deployment
  const isShifting = lifecycleStage !== undefined && hasTraffic(world, deployment)
  const [firstSource] = deployment.sourceRevisions
  const { sourceRevision = firstSource } = deployment
  const view: ecs.ServiceDeployment = {
    serviceDeploymentArn: deployment.arn,
    serviceArn: deployment.serviceArn,
    clusterArn: deployment.clusterArn,
    createdAt: dateOf(deployment.createdAt),
    startedAt: dateOf(deployment.startedAt),
    finishedAt: dateOf(deployment.finishedAt),
    stoppedAt: dateOf(deployment.stoppedAt),
    updatedAt: dateOf(deployment.updatedAt),
    sourceServiceRevisions: deployment.sourceRevisions.map(arn => ({
      ...summary(arn),
      ...(isShifting
        ? arn === sourceRevision
          ? weights(rest(deployment.productionWeight), rest(deployment.testWeight))
          : weights(0, 0)
        : {}),
    })),
    targetServiceRevision: {
      ...summary(deployment.targetRevision),
      ...(isShifting ? weights(deployment.productionWeight, deployment.testWeight) : {}),
    },
    lifecycleHookDetails: deployment.hooks.filter(isShown(deployment)).map(hookView),
    status: deployment.status,
    statusReason: deployment.statusReason,
    deploymentConfiguration: deployment.deploymentConfiguration,
    rollback: deployment.rollback && {
      reason: deployment.rollback.reason,
      startedAt: dateOf(deployment.rollback.startedAt),
      serviceRevisionArn: deployment.rollback.revisionArn,
    },
    deploymentCircuitBreaker: breakerView(world, deployment),
    alarms: alarmsView(deployment),
  }
  // The SDK's enumeration lacks PRE_PRODUCTION_TRAFFIC_SHIFT, which AWS documents among the stages.
  return Object.assign(view, { lifecycleStage })
}

/** A service deployment as ListServiceDeployments shows it. */
export function serviceDeploymentBrief(deployment: ServiceDeploymentRecord): ecs.ServiceDeploymentBrief {
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn: deployment.serviceArn,
    clusterArn: deployment.clusterArn,
    createdAt: dateOf(deployment.createdAt),
    startedAt: dateOf(deployment.startedAt),
    finishedAt: dateOf(deployment.finishedAt),
    targetServiceRevisionArn: deployment.targetRevision,
    status: deployment.status,
    statusReason: deployment.statusReason,
  }
}

export function serviceRevisionView(revision: ServiceRevisionRecord): ecs.ServiceRevision {
  const { settings } = revision
  return {
    serviceRevisionArn: revision.arn,
    serviceArn: revision.serviceArn,
    clusterArn: revision.clusterArn,
    taskDefinition: settings.taskDefinition,
    launchType: settings.launchType,
    capacityProviderStrategy: settings.capacityProviderStrategy && [...settings.capacityProviderStrategy],
    platformVersion: settings.platformVersion,
    platformFamily: 'Linux',
    loadBalancers: [...settings.loadBalancers],
    serviceRegistries: [...settings.serviceRegistries],
    networkConfiguration: settings.networkConfiguration,
    containerImages: [...revision.containerImages],
    resolvedConfiguration: {
      loadBalancers: revision.loadBalancers.map(({ targetGroupArn, advancedConfiguration }) => ({
        targetGroupArn,
        productionListenerRule: advancedConfiguration?.productionListenerRule,
      })),
    },
    guardDutyEnabled: false,
    createdAt: dateOf(revision.createdAt),
  }
}

/** What nobody decides any more is not there any more. */
function isShown({ status }: ServiceDeploymentRecord): (hook: HookRecord) => boolean {
  return hook => hook.status !== 'AWAITING_ACTION' || status === 'IN_PROGRESS'
}

function hookView({
  id,
  targetArn,
  status,
  expiresAt,
  timeoutAction,
}: HookRecord): ecs.DeploymentLifecycleHookDetail {
  return {
    hookId: id,
    targetType: targetArn === undefined ? 'PAUSE' : 'AWS_LAMBDA',
    targetArn,
    status,
    expiresAt: dateOf(expiresAt),
    timeoutAction,
  }
}

/** In tenths, as exact as ECS is. */
function rest(percent: number): number {
  return Math.round(1000 - percent * 10) / 10
}

function weights(production: number, test: number) {
  return { requestedProductionTrafficWeight: production, requestedTestTrafficWeight: test }
}

function revisionSummary(
  world: World,
  { deployment, arn }: { readonly deployment: ServiceDeploymentRecord; readonly arn: string },
): ecs.ServiceRevisionSummary {
  const service = world.state.ecs.services[deployment.serviceArn]
  return service === undefined ? { arn } : { arn, ...revisionCounts(world, { service, arn }) }
}

function breakerView(
  { state }: World,
  deployment: ServiceDeploymentRecord,
): ecs.ServiceDeploymentCircuitBreaker {
  const { deploymentConfiguration: configuration, failureCount } = deployment
  const { desiredCount = 0 } = state.ecs.services[deployment.serviceArn] ?? {}
  const { isEnabled, threshold } = circuitBreaker({ configuration, desiredCount })
  if (!isEnabled) return { status: 'DISABLED', failureCount, threshold }
  return { status: monitorStatus(deployment, 'circuit-breaker'), failureCount, threshold }
}

function alarmsView(deployment: ServiceDeploymentRecord): ecs.ServiceDeploymentAlarms {
  const { alarms } = deployment.deploymentConfiguration
  return {
    status: deployment.alarmNames.length === 0 ? 'DISABLED' : monitorStatus(deployment, 'alarm'),
    alarmNames: [...(alarms?.alarmNames ?? [])],
    triggeredAlarmNames: [...deployment.triggeredAlarms],
  }
}

function monitorStatus(
  { cause, status }: ServiceDeploymentRecord,
  monitor: 'circuit-breaker' | 'alarm',
): ecs.ServiceDeploymentRollbackMonitorsStatus {
  if (cause === monitor) return 'TRIGGERED'
  return isTerminal(status) ? 'MONITORING_COMPLETE' : 'MONITORING'
}
