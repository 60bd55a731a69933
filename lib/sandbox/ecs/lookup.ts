import { AwsError } from '../wire/aws-error.ts'
import type { World } from '../world.ts'
import { arn, lastPart } from './arn.ts'
import type {
  ClusterRecord,
  ServiceDeploymentRecord,
  ServiceRecord,
  TaskDefinitionRecord,
  TaskRecord,
} from './state.ts'

/** Finding what a request names: by name or by ARN, as each operation of ECS accepts it. */

export function clusterNamed({ state }: World, nameOrArn = 'default'): ClusterRecord {
  const cluster = state.ecs.clusters[lastPart(nameOrArn)]
  if (cluster === undefined || cluster.status === 'INACTIVE') {
    throw new AwsError('ClusterNotFoundException', 'Cluster not found.')
  }
  return cluster
}

export function serviceArnOf(world: World, cluster: Pick<ClusterRecord, 'name'>, nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') && nameOrArn.split('/').length === 3
    ? nameOrArn
    : arn(world, `service/${cluster.name}/${lastPart(nameOrArn)}`)
}

export type ServiceNamed = { readonly cluster?: string; readonly service?: string }

export function serviceNamed(world: World, { cluster, service = '' }: ServiceNamed): ServiceRecord {
  const found = world.state.ecs.services[serviceArnOf(world, clusterNamed(world, cluster), service)]
  if (found === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.')
  return found
}

export function activeServiceNamed(world: World, named: ServiceNamed): ServiceRecord {
  const service = serviceNamed(world, named)
  if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.')
  return service
}

/** A family stands for its latest ACTIVE revision; `family:revision` and an ARN for one revision in any status. */
export function findTaskDefinition({ state }: World, name: string): TaskDefinitionRecord | undefined {
  const [, family = '', revision] = /^(?:arn:[^/]*\/)?([^:]+)(?::(\d+))?$/.exec(name) ?? []
  const revisions = Object.values(state.ecs.taskDefinitions).filter(it => it.family === family)
  if (revision !== undefined) return revisions.find(it => it.revision === Number(revision))
  return revisions
    .filter(({ status }) => status === 'ACTIVE')
    .toSorted((one, other) => other.revision - one.revision)[0]
}

/** For what is to run: an INACTIVE revision goes on running where it runs, and is refused everywhere else. */
export function runnableTaskDefinition(world: World, name: string): TaskDefinitionRecord {
  const found = findTaskDefinition(world, name)
  if (found === undefined) throw new AwsError('ClientException', 'TaskDefinition not found.')
  if (found.status !== 'ACTIVE') throw new AwsError('ClientException', 'TaskDefinition is inactive')
  return found
}

export function taskNamed(
  { state }: World,
  cluster: Pick<ClusterRecord, 'name'>,
  nameOrArn: string,
): TaskRecord | undefined {
  const id = lastPart(nameOrArn)
  return Object.values(state.ecs.tasks).find(task => task.id === id && task.clusterName === cluster.name)
}

export function serviceDeploymentWith({ state }: World, arn = ''): ServiceDeploymentRecord {
  const deployment = state.ecs.serviceDeployments[arn]
  if (deployment === undefined) {
    throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.')
  }
  return deployment
}
