import type { ServiceDeploymentRecord, ServiceRecord, TaskRecord } from '../../../../lib/sandbox/ecs/state.ts'

/** What ECS is at for one process, as the sandbox itself knows it. */
export type Seen = {
  readonly service: ServiceRecord
  /** The newest. */
  readonly deployment: ServiceDeploymentRecord
  /** Tasks of the revision that it brings, and those of all others. */
  readonly fresh: readonly TaskRecord[]
  readonly old: readonly TaskRecord[]
}

export type Moment = keyof typeof moments

/** Where time can be stopped, and how it is seen that a deployment is there. */
export const moments = {
  'while its tasks start': ({ deployment, fresh }: Seen) =>
    deployment.status === 'IN_PROGRESS' &&
    fresh.length > 0 &&
    fresh.every(({ lastStatus }) => lastStatus === 'PENDING'),
  'while its tasks are checked': ({ deployment, service, fresh, old }: Seen) =>
    deployment.status === 'IN_PROGRESS' &&
    ['SCALE_UP', undefined].includes(deployment.lifecycleStage) &&
    fresh.length === service.desiredCount &&
    fresh.every(({ lastStatus }) => lastStatus === 'RUNNING') &&
    old.every(({ desiredStatus }) => desiredStatus === 'RUNNING'),
  'while half of its tasks are there': ({ deployment, fresh, old }: Seen) =>
    deployment.status === 'IN_PROGRESS' &&
    fresh.some(({ wasHealthy }) => wasHealthy) &&
    fresh.some(({ lastStatus }) => lastStatus === 'PENDING') &&
    old.some(({ desiredStatus }) => desiredStatus === 'RUNNING'),
  'while it waits before the switch': ({ deployment }: Seen) =>
    deployment.hooks.some(({ status }) => status === 'AWAITING_ACTION'),
  'at its first step': (seen: Seen) => isAtStep(seen, 0),
  'at its second step': (seen: Seen) => isAtStep(seen, 1),
  'at its last step': (seen: Seen) => isAtStep(seen, 2),
  'while it bakes': ({ deployment }: Seen) =>
    deployment.status === 'IN_PROGRESS' && deployment.lifecycleStage === 'BAKE_TIME',
  'while the old tasks go': ({ deployment, old }: Seen) =>
    deployment.status === 'IN_PROGRESS' &&
    deployment.lifecycleStage === 'CLEAN_UP' &&
    old.some(({ desiredStatus }) => desiredStatus === 'STOPPED'),
} as const

function isAtStep({ deployment }: Seen, step: number): boolean {
  const { status, lifecycleStage, trafficStep } = deployment
  return status === 'IN_PROGRESS' && lifecycleStage === 'PRODUCTION_TRAFFIC_SHIFT' && trafficStep === step
}
