import { alarmState } from '../../cloudwatch/alarm-state.ts'
import type { World } from '../../world.ts'
import { arn } from '../arn.ts'
import { identifiers } from '../identifiers.ts'
import type { DeploymentRecord, ServiceDeploymentRecord, ServiceRevisionRecord } from '../state.ts'
import { wakeService } from '../wake-service.ts'
import type { DeploymentOptions } from './advance-deployment.ts'
import { ongoingDeployment } from './ongoing-deployment.ts'
import type { RoundOptions } from './replace-unhealthy-tasks.ts'
import { serviceTasks } from './service-tasks.ts'
import { gatherTraffic, giveTraffic, resolvedLoadBalancers, servingRevision } from './traffic.ts'
import { update } from '../update.ts'

/** A new revision out of the service's settings, and its deployment; an ongoing one is asked to stop. */
export function openDeployment(world: World, { service, at }: RoundOptions): void {
  const { ecs } = world.state
  const superseded = ongoingDeployment(world, service)
  if (superseded !== undefined) supersede(world, { service, deployment: superseded, at })
  const source = servingRevision(world, { service, at })
  const number = identifiers.decimal(ecs)
  const revision = newRevision(world, { service, at, number, source })
  ecs.serviceRevisions[revision.arn] = revision
  gatherTraffic(world, { ...service.deploymentConfiguration, revisionArn: revision.arn })
  const deployment: DeploymentRecord = {
    id: `ecs-svc/${number}`,
    revisionArn: revision.arn,
    taskDefinition: service.settings.taskDefinition,
    createdAt: at,
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ecs-svc/${number} in progress.`,
    failedTasks: 0,
    updatedAt: at,
  }
  for (const other of service.deployments) update(other, { status: 'ACTIVE', updatedAt: at })
  const record = newServiceDeployment(world, { service, at, source, targetRevision: revision.arn })
  service.deployments = [deployment, ...service.deployments]
  ecs.serviceDeployments[record.arn] = record
  update(service, {
    currentServiceDeployment: record.arn,
    launchFailures: 0,
    nextLaunchAt: 0,
    steady: false,
    stuckReported: false,
  })
  wakeService(world, { serviceArn: service.arn, at: at + Math.max(1, world.timings.schedulerRound) })
}

/**
 * The traffic goes back first: the tasks that may have it are about to be stopped. After the bake time there is nothing to go back
 * to any more: the old tasks are stopping, so what has the traffic keeps it, and is what a rollback comes back to.
 */
function supersede(world: World, { service, deployment, at }: DeploymentOptions): void {
  const { status, lifecycleStage, sourceRevision } = deployment
  if (lifecycleStage === 'CLEAN_UP' && status === 'IN_PROGRESS') {
    service.completedRevision = deployment.targetRevision
  } else if (lifecycleStage !== undefined && lifecycleStage !== 'CLEAN_UP' && sourceRevision !== undefined) {
    giveTraffic(world, { deployment, to: sourceRevision })
  }
  update(deployment, { status: 'STOP_REQUESTED', cause: 'superseded', updatedAt: at })
}

function newRevision(
  world: World,
  { service, at, number, source }: RoundOptions & { readonly number: string; readonly source?: string },
): ServiceRevisionRecord {
  const definition = world.state.ecs.taskDefinitions[service.settings.taskDefinition]?.definition
  return {
    arn: arn(world, `service-revision/${service.clusterName}/${service.name}/${number}`),
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    createdAt: at,
    settings: service.settings,
    containerImages: (definition?.containerDefinitions ?? []).map(({ name, image }) => ({
      containerName: name,
      image,
      ...digestIn(image),
    })),
    loadBalancers: resolvedLoadBalancers(world, { service, source }),
    tasksStarted: 0,
  }
}

/** ECS resolves a tag with the deployment's first task; a digest needs no resolving. */
function digestIn(image = ''): { readonly imageDigest?: string } {
  const [, imageDigest] = /@(sha256:[0-9a-f]{64})$/.exec(image) ?? []
  return imageDigest === undefined ? {} : { imageDigest }
}

function newServiceDeployment(
  world: World,
  {
    service,
    at,
    source,
    targetRevision,
  }: RoundOptions & { readonly source?: string; readonly targetRevision: string },
): ServiceDeploymentRecord {
  const { alarms } = service.deploymentConfiguration
  const names = alarms?.enable === true ? (alarms.alarmNames ?? []) : []
  const isRinging = names.some(name => alarmState(world, { name, at }) === 'ALARM')
  const running = serviceTasks(world, service).filter(({ lastStatus }) => lastStatus === 'RUNNING')
  const revisions = running.flatMap(({ revisionArn }) => revisionArn ?? [])
  return {
    arn: arn(
      world,
      `service-deployment/${service.clusterName}/${service.name}/${identifiers.short(world.state.ecs)}`,
    ),
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    createdAt: at,
    updatedAt: at,
    sourceRevisions: revisions.length > 0 ? [...new Set(revisions)] : sourceAtRest(service.deployments),
    targetRevision,
    ...(source === undefined ? {} : { sourceRevision: source }),
    deploymentConfiguration: service.deploymentConfiguration,
    alarmNames: isRinging ? [] : names,
    status: 'PENDING',
    failureCount: 0,
    rollbackFailureCount: 0,
    hooks: [],
    productionWeight: 0,
    testWeight: 0,
    trafficStep: 0,
    triggeredAlarms: [],
  }
}

/** A service with a desired count of 0 has a revision all the same. */
function sourceAtRest([primary]: readonly DeploymentRecord[]): readonly string[] {
  return primary === undefined ? [] : [primary.revisionArn]
}
