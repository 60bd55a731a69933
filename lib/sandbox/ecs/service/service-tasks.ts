import type { World } from '../../world.ts'
import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../state.ts'

/** Every task of a service that ECS still remembers, oldest first. */
export function serviceTasks({ state }: World, service: Pick<ServiceRecord, 'arn'>): readonly TaskRecord[] {
  return Object.values(state.ecs.tasks).filter(({ serviceArn }) => serviceArn === service.arn)
}

/** Those that are meant to run: what ECS counts against the limits of a deployment. */
export function activeTasks(world: World, service: Pick<ServiceRecord, 'arn'>): readonly TaskRecord[] {
  return serviceTasks(world, service).filter(({ desiredStatus }) => desiredStatus === 'RUNNING')
}

export function isOf({ revisionArn }: Pick<DeploymentRecord, 'revisionArn'>): (task: TaskRecord) => boolean {
  return task => task.revisionArn === revisionArn
}
